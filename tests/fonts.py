"""Fonts for tests: DejaVu Sans, which comes with Matplotlib, made wider or narrower, or with other tables."""

from pathlib import Path

import matplotlib
import numpy as np
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._f_v_a_r import Axis

from corticast.core.text import metrics, system_faces, units

DEJAVU = Path(matplotlib.__file__).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
LATIN = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA1, 0x180)])) + "−–…×µ°·“”"


def made_font(path, *, width=1.0, characters=LATIN, uses=0, family="Test Sans", variable=False):
    """A font of some characters.

    Parameters
    ----------
    path : of the file
    width : factor on widths
    characters : that the font has
    uses : fsType, who may embed the font
    variable : whether the font has an axis
    """
    font = TTFont(DEJAVU)
    options = Options(
        drop_tables=["GDEF", "GPOS", "GSUB", "MATH", "FFTM", "kern", "fpgm", "prep", "cvt "], hinting=False
    )
    subsetter = Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    for name in font.getGlyphOrder():
        glyph = font["glyf"][name]
        if glyph.isComposite():
            for component in glyph.components:
                component.x = round(component.x * width)
        elif glyph.numberOfContours > 0:
            glyph.coordinates.scale((width, 1))
            glyph.coordinates.toInt()
        advance, left = font["hmtx"][name]
        font["hmtx"][name] = round(advance * width), round(left * width)
    font["OS/2"].fsType = uses
    for name in (1, 4, 16):
        font["name"].setName(family, name, 3, 1, 0x409)
    font["name"].setName(family.replace(" ", ""), 6, 3, 1, 0x409)
    if variable:
        axis = Axis()
        axis.axisTag, axis.minValue, axis.defaultValue, axis.maxValue, axis.axisNameID = "wght", 100, 400, 900, 256
        font["name"].setName("Weight", 256, 3, 1, 0x409)
        font["fvar"] = newTable("fvar")
        font["fvar"].axes, font["fvar"].instances = [axis], []
    font.save(path)
    return path


def cubic_font(path, family="Cubic Sans"):
    """A font of Latin letters with cubic outlines (CFF), as .otf files have them."""
    made = TTFont(made_font(path))
    glyphs, order = made.getGlyphSet(), made.getGlyphOrder()
    strings = {}
    for name in order:
        pen = T2CharStringPen(made["hmtx"][name][0], glyphs)
        glyphs[name].draw(pen)
        strings[name] = pen.getCharString()
    builder = FontBuilder(made["head"].unitsPerEm, isTTF=False)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(made.getBestCmap())
    builder.setupCFF(family.replace(" ", ""), {"FullName": family}, strings, {})
    builder.setupHorizontalMetrics({name: made["hmtx"][name] for name in order})
    builder.setupHorizontalHeader(ascent=made["hhea"].ascent, descent=made["hhea"].descent)
    builder.setupNameTable({"familyName": family, "styleName": "Regular", "psName": family.replace(" ", "")})
    builder.setupOS2(fsType=0)
    builder.setupPost()
    builder.save(path)
    return path


def damaged_font(path, table, begin=0.5, seed=0):
    """DejaVu Sans with a table that holds other bytes from a share of its length on, the same for a seed."""
    data = bytearray(DEJAVU.read_bytes())
    with TTFont(DEJAVU) as font:
        entry = font.reader.tables[table]
    skipped = int(entry.length * begin)
    noise = np.random.default_rng(seed).integers(0, 256, entry.length - skipped, dtype=np.uint8).tobytes()
    data[entry.offset + skipped : entry.offset + entry.length] = noise
    path.write_bytes(data)
    return path


def font_of_characters(path, characters, family="Other Script"):
    """A font of letters of DejaVu Sans that stand for other characters, in their order."""
    made = TTFont(made_font(path, family=family))
    letters = dict(zip(map(ord, characters), map(made.getBestCmap().get, map(ord, "ABCDEFGHKLMN")), strict=False))
    for table in made["cmap"].tables:
        if table.isUnicode():
            table.cmap.update(letters)
    made.save(path)
    return path


def forget_fonts():
    """Forget which fonts the system has, and all lengths of texts."""
    for known in (system_faces.system_face, system_faces._with_content, system_faces._paths, system_faces._facts_of):
        known.cache_clear()
    for known in (units._units_of, metrics._pens_px):
        known.cache_clear()
