"""Who names whom among the activities that other publishers report, and what does not fit."""
