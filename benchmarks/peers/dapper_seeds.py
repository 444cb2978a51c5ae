"""Scores DAPPER itself over several seeds on set-ups of experiments/reference, to tell luck of one truth from a difference of methods.

dapper_seeds.py [NAME ...]; without a name it lists them. README.md says how to start it.
"""

import importlib
import sys

import dapper as dpr
import dapper.da_methods as da
import numpy as np

# set-up, observation interval in steps (0: its own), observation times, seeds, method
RUNS = {
    "lorenz63/enkf-100": ("Lorenz63.sakov2012", 0, 3064, 10, lambda: da.EnKF(upd_a="PertObs", N=100, infl=1.01)),
    "lorenz63/enkf-n-10": ("Lorenz63.sakov2012", 0, 3064, 10, lambda: da.EnKF_N(N=10, rot=True)),
    "lorenz63/extended-kalman-90": ("Lorenz63.sakov2012", 0, 3064, 8, lambda: da.ExtKF(infl=90)),
    "lorenz96/enkf-n-20": ("Lorenz96.sakov2008", 0, 2000, 8, lambda: da.EnKF_N(N=20)),
    "lorenz96/enkf-n-24": ("Lorenz96.sakov2008", 0, 2000, 6, lambda: da.EnKF_N(N=24, rot=True)),
    "lorenz96/extended-kalman": ("Lorenz96.sakov2008", 0, 2000, 5, lambda: da.ExtKF(infl=10)),
    "every-0.4/ienks-n-20": ("Lorenz96.sakov2008", 8, 1000, 6, lambda: da.iEnKS(upd_a="Sqrt", N=20, xN=1.0)),
    "every-0.6/ienks-25-inflation": ("Lorenz96.sakov2008", 12, 1000, 4, lambda: da.iEnKS(upd_a="Sqrt", N=25, infl=1.2, rot=True)),
    "every-0.6/ienks-25-certainty": ("Lorenz96.sakov2008", 12, 1000, 4, lambda: da.iEnKS(upd_a="Sqrt", N=25, xN=2.0, rot=True)),
    "bocquet2010/particles-100": ("Lorenz96.bocquet2010", 0, 1279, 20, lambda: da.PartFilt(N=100, NER=0.2, reg=1.3)),
    "bocquet2010/particles-800": ("Lorenz96.bocquet2010", 0, 1279, 20, lambda: da.PartFilt(N=800, NER=0.2, reg=0.8)),
    "bocquet2010/optimal-particles-50": ("Lorenz96.bocquet2010", 0, 1279, 20, lambda: da.OptPF(N=50, NER=0.25, reg=1.4, Qs=0.4)),
    "bocquet2010/optimal-particles-100": ("Lorenz96.bocquet2010", 0, 1279, 20, lambda: da.OptPF(N=100, NER=0.2, reg=1.0, Qs=0.3)),
    "bocquet2010/optimal-particles-800": ("Lorenz96.bocquet2010", 0, 1279, 20, lambda: da.OptPF(N=800, NER=0.2, reg=0.6, Qs=0.1)),
    "bocquet2010/pf-xn-100": ("Lorenz96.bocquet2010", 0, 1279, 8, lambda: da.PFxN(N=100, NER=0.2, Qs=1.0, xN=100)),
    "spantini2019/etkf-100": ("Lorenz96.spantini2019", 0, 2000, 3, lambda: da.EnKF(upd_a="Sqrt", N=100, infl=1.10)),
    "spantini2019/letkf-60": ("Lorenz96.spantini2019", 0, 1000, 3, lambda: da.LETKF(N=60, infl=1.02, loc_rad=4)),
    "spantini2019/ienks-40": ("Lorenz96.spantini2019", 0, 600, 3, lambda: da.iEnKS(upd_a="Sqrt", N=40, infl=1.10, Lag=2)),
    "spantini2019/ienks-100": ("Lorenz96.spantini2019", 0, 300, 2, lambda: da.iEnKS(upd_a="Sqrt", N=100, xN=1, Lag=2)),
}


def scores(name):
    """rmse.a of each seed."""
    setup, every, times, seeds, method = RUNS[name]
    model = importlib.import_module("dapper.mods." + setup).HMM.copy()
    if every:
        model.tseq.dko = every
    model.tseq.Ko = times
    for seed in range(3000, 3000 + seeds):
        dpr.set_seed(seed)
        truth, observations = model.simulate()
        run = method()
        run.assimilate(model, truth, observations, liveplots=False)
        run.stats.average_in_time()
        yield float(run.avrgs.rmse.a.val)


def main():
    dpr.rc.liveplotting = False
    dpr.rc.comps.error_only = True
    for name in sys.argv[1:]:
        a = np.array(list(scores(name)))
        print(
            f"{name}: mean {a.mean():.4f} ± {a.std(ddof=1) / len(a) ** 0.5:.4f}, median {np.median(a):.4f}, "
            f"from {a.min():.3f} to {a.max():.3f}, {len(a)} seeds", flush=True)
    if len(sys.argv) == 1:
        print("\n".join(RUNS))


if __name__ == "__main__":
    main()
