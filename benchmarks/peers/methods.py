"""The same method in both programs, and what is quoted of PDAF's for it.

DAPPER's localization radius r is Sonde's half-width c = 1.82 r; both inflate anomalies after the analysis.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """One method: its class and arguments in DAPPER, its line of YAML in Sonde, PDAF's ms a cycle."""

    name: str
    dapper: str
    arguments: dict
    sonde: str
    pdaf: float | None = None


PAIRS = [
    Pair("ETKF N=40", "EnKF", dict(upd_a="Sqrt", N=40, infl=1.01),
         "{ name: m, kind: etkf, members: 40, inflation: 1.01 }", 0.34),
    Pair("EnKF-N N=24", "EnKF_N", dict(N=24, xN=2.0),
         "{ name: m, kind: enkf-n, members: 24, certainty: 2 }"),
    Pair("DEnKF N=40", "EnKF", dict(upd_a="DEnKF", N=40, infl=1.01),
         "{ name: m, kind: denkf, members: 40, inflation: 1.01 }"),
    Pair("EnKF, perturbed observations, N=40", "EnKF", dict(upd_a="PertObs", N=40, infl=1.06),
         "{ name: m, kind: enkf, members: 40, inflation: 1.06 }"),
    Pair("serial square root N=28", "EnKF", dict(upd_a="Serial", N=28, infl=1.02, rot=True),
         "{ name: m, kind: serial-enkf, members: 28, inflation: 1.02, rotate: true }"),
    Pair("EAKF N=20, localized", "SL_EAKF", dict(N=20, infl=1.02, loc_rad=8),
         "{ name: m, kind: eakf, members: 20, inflation: 1.02, localization: { radius: 14.56 } }"),
    Pair("LETKF N=10", "LETKF", dict(N=10, infl=1.02, loc_rad=4),
         "{ name: m, kind: letkf, members: 10, inflation: 1.02, localization: { radius: 7.28 } }", 0.71),
    Pair("LETKF N=20", "LETKF", dict(N=20, infl=1.02, loc_rad=8),
         "{ name: m, kind: letkf, members: 20, inflation: 1.02, localization: { radius: 14.56 } }", 1.68),
    Pair("iEnKS N=20, lag 4, ten iterations", "iEnKS", dict(upd_a="Sqrt", N=20, Lag=4, nIter=10, xN=2.0),
         "{ name: m, kind: ienks, members: 20, lag: 4, iterations: 10, certainty: 2 }"),
]
