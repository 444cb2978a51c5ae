"""Runs DAPPER's methods on its own set-up of Lorenz-96 (sakov2008): 40 variables, all observed at every step."""

import time

import numpy as np
import dapper as dpr
import dapper.da_methods as da
from dapper.mods.Lorenz96.sakov2008 import HMM

FULL = list(dpr.rc.field_summaries)


class DapperSide:
    """One truth and its observations, for all methods."""

    def __init__(self, cycles, burn_in, seed):
        dpr.rc.liveplotting = False
        self.cycles, self.seed = cycles, seed
        self.model = HMM.copy()
        self.model.tseq.Ko = cycles - 1
        self.model.tseq.BurnIn = burn_in * self.model.tseq.dto
        dpr.set_seed(seed)
        self.truth, self.observations = self.model.simulate()

    def run(self, pair, lean):
        """(ms a cycle by processor time, ms by wall time, RMSE). Lean computes errors and spread alone."""
        dpr.rc.comps.error_only = lean
        dpr.rc.field_summaries = ["rms"] if lean else FULL
        method = getattr(da, pair.dapper)(**pair.arguments)
        dpr.set_seed(self.seed)
        cpu, wall = time.process_time(), time.perf_counter()
        method.assimilate(self.model, self.truth, self.observations, liveplots=False)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        method.stats.average_in_time()
        return 1e3 * cpu / self.cycles, 1e3 * wall / self.cycles, float(np.asarray(method.avrgs.err.rms.a.val))
