"""The place: one instance, read, checked and frozen."""

from commission_opt.place.place import Place, PlaceSettings
from commission_opt.place.read import read_place
from commission_opt.place.write import write_place

__all__ = ["Place", "PlaceSettings", "read_place", "write_place"]
