"""Builds every scene of the suite into the folder that is named as the last argument."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import kit  # noqa: E402

kit.FOLDER = os.path.abspath(sys.argv[-1])

import composited  # noqa: E402
import declared  # noqa: E402
import motion  # noqa: E402
import outputs  # noqa: E402
import parameters  # noqa: E402
import scripted  # noqa: E402
import simulations  # noqa: E402
import structure  # noqa: E402

for module in (outputs, composited, motion, simulations, scripted, structure, declared, parameters):
    module.build()
