using BenchmarkDotNet.Running;
using Sonde.Benchmarks;

if (args is ["scaling", .. var rest])
    return ScalingRun.Execute(rest);
if (args is ["gradients", .. var seconds])
    return GradientRun.Execute(seconds);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
