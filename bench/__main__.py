"""`make bench`: every measure, one after the other."""

from bench import certificates, exports

for measure in (certificates, exports):
    measure.main()
