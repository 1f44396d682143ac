"""The checks of the exercises, one module per lab: `lab_NN.py` defines `EXERCISES`."""
