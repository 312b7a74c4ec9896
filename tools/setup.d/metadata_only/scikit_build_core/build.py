"""Stands in for scikit-build-core while pip downloads DuckDB's source.

pip asks a source distribution for its metadata before it keeps it; the real backend would be installed and started
for that. This one hands over the PKG-INFO that the distribution carries, and can build nothing.
"""

import email
import pathlib
import shutil


def _cannot(*_args: object, **_kwargs: object) -> str:
    raise RuntimeError("this stand-in for scikit-build-core only tells a package's metadata")


build_editable = build_sdist = build_wheel = prepare_metadata_for_build_editable = _cannot


def _nothing(_settings: object = None) -> list[str]:
    return []


get_requires_for_build_editable = _nothing
get_requires_for_build_sdist = _nothing
get_requires_for_build_wheel = _nothing


def prepare_metadata_for_build_wheel(directory: str, _settings: object = None) -> str:
    """Writes the metadata folder and returns its name."""
    fields = email.message_from_string(pathlib.Path("PKG-INFO").read_text())
    info = pathlib.Path(directory) / f"{fields['Name']}-{fields['Version']}.dist-info"
    info.mkdir()
    shutil.copy("PKG-INFO", info / "METADATA")
    return info.name
