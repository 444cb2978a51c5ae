using BenchmarkDotNet.Running;
using Sonde.Benchmarks;

if (args is ["scaling", .. var rest])
    return ScalingRun.Execute(rest);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
