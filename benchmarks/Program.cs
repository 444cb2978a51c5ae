using BenchmarkDotNet.Running;
using Sonde.Benchmarks;

if (args is ["scaling", .. var rest])
    return ScalingRun.Execute(rest);
if (args is ["gradients", .. var seconds])
    return GradientRun.Execute(seconds);
if (args is ["products", .. var options])
    return ProductRun.Execute(options);
if (args is ["windows", .. var lengths])
    return WindowRun.Execute(lengths);
if (args is ["levda", .. var time])
    return LevdaRun.Execute(time);
if (args is ["levda-grids", .. var each])
    return LevdaGridRun.Execute(each);
if (args is ["levda-solver", .. var others])
    return LevdaSolverRun.Execute(others);
if (args is ["coda", .. var coda])
    return CodaRun.Execute(coda);
if (args is ["flows", .. var limit])
    return FlowRun.Execute(limit);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
