"""An AWS that runs on this machine: moto's server, and what moto leaves out of the edge.

Each module says what AWS does that moto does not. What AWS refuses is refused here too, so that
a root that applies here would not be turned away for those reasons there.
"""
