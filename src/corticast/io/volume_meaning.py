"""What the values of a volume are: by the intent of a NIfTI header, SPM's description, or a file's name."""

from __future__ import annotations

import re
from typing import Any

import nibabel as nib
import numpy as np

from corticast.core.model.meaning import LABELS, Meaning

# NIfTI's codes (nifti1.h), and the letters of BIDS' entity stat- and of SPM's descriptions.
_LABEL = 1002
_OF_CODE = {2: "r", 3: "t", 4: "F", 5: "z", 6: "χ²", 22: "p", 23: "−ln p", 24: "−log10 p"}
_N_FREEDOMS = {"r": 1, "t": 1, "F": 2, "χ²": 1}
_OF_LETTER = {"t": "t", "z": "z", "f": "F", "r": "r", "p": "p", "x": "χ²", "chi2": "χ²"}
_DIVERGING = {"r", "t", "z"}

# BIDS' segmentations, and FreeSurfer's aseg, aparc+aseg, aparc.a2009s+aseg, wmparc.
_LABEL_NAMES = re.compile(r"(_dseg\.)|^(aseg|wmparc|aparc[\w.+]*aseg)[\w.+-]*\.", re.IGNORECASE)
_STAT_ENTITY = re.compile(r"(?:^|_)stat-([A-Za-z0-9]+)(?=[_.])")
_SPM = re.compile(r"SPM\{([TFXPZ])(?:_\[([\d., ]+)\])?")


def meaning_of(name: str, dtype: np.dtype[Any], header: Any) -> Meaning:
    """What the values of a volume are.

    Parameters
    ----------
    name : of the file
    dtype : stored type; only integers can be labels by their file's name
    header : nibabel's
    """
    code = int(header["intent_code"]) if isinstance(header, nib.Nifti1Header) else 0
    if code == _LABEL or (code == 0 and dtype.names is None and dtype.kind in "iu" and _LABEL_NAMES.search(name)):
        return LABELS
    if dtype.names is not None:
        return Meaning()
    if code in _OF_CODE:
        quantity = _OF_CODE[code]
        parameters = [float(header[f"intent_p{number}"]) for number in (1, 2)]
        return _statistic(quantity, [f"{value:g}" for value in parameters[: _N_FREEDOMS.get(quantity, 0)] if value > 0])
    spm = _SPM.search(_description(header)) if code == 0 else None
    if spm is not None:
        freedoms = [f"{float(part):g}" for part in re.findall(r"\d+(?:\.\d+)?", spm[2] or "")]
        return _statistic(_OF_LETTER[spm[1].lower()], freedoms)
    entity = _STAT_ENTITY.search(name)
    letter = None if entity is None or code != 0 else _OF_LETTER.get(entity[1].lower())
    return Meaning() if letter is None else _statistic(letter, [])


def _statistic(quantity: str, freedoms: list[str]) -> Meaning:
    words = f"{quantity} ({', '.join(freedoms)} degrees of freedom)" if freedoms else quantity
    return Meaning(words, diverges=quantity in _DIVERGING)


def _description(header: Any) -> str:
    try:
        return bytes(header["descrip"].item()).decode("latin-1")
    except (KeyError, ValueError, TypeError):
        return ""
