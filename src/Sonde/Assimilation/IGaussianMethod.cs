namespace Sonde.Assimilation;

/// <summary>A method of one best state whose beliefs are Gaussian, so that several runs of it can stand side by side as members of an ensemble.</summary>
public interface IGaussianMethod : IAssimilationMethod;
