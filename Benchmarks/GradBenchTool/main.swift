import GradBench
