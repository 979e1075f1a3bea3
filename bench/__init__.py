"""What MFA costs, measured beside what there is without it: `make bench`. docs/performance.md explains each figure."""
