"""Which shaders passes compile, and which tools/check_shaders.py has read."""

import importlib.util
import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import expected

import corticast as cc
from corticast.gl import shaders

TOOL = Path(__file__).parents[3] / "tools" / "check_shaders.py"


@pytest.fixture(scope="module")
def checker():
    spec = importlib.util.spec_from_file_location("check_shaders", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def compiled(monkeypatch):
    """(vertex, fragment, names) of every pass that is made."""
    made = set()
    right = shaders.Pass.__init__

    def note(self, vertex, fragment, defines=()):
        made.add((vertex, fragment, frozenset(defines)))
        right(self, vertex, fragment, defines)

    monkeypatch.setattr(shaders.Pass, "__init__", note)
    return made


def volumes():
    """Aligned and oblique ones, with and without voxels that have no value, and coloured ones."""
    oblique = np.array([[2.0, 0.3, 0, -8], [-0.3, 2, 0, -8], [0, 0, 2, -8], [0, 0, 0, 1]])
    grey = np.full((9, 9, 9), 100, np.float32, order="F")
    holed = grey.copy(order="F")
    holed[4, 4, 4] = np.nan
    colours = np.full((9, 9, 9, 3), 90, np.uint8)
    straight = np.diag([2.0, 2.0, 2.0, 1.0])
    straight[:3, 3] = -8
    return [cc.Volume(voxels, affine) for voxels in (grey, holed, colours) for affine in (straight, oblique)]


def in_air():
    """A box with air around it, aligned and oblique."""
    voxels = np.zeros((24, 24, 24), np.uint8, order="F")
    voxels[7:17, 7:17, 7:17] = 100
    oblique = np.array([[2.0, 0.3, 0, -24], [-0.3, 2, 0, -24], [0, 0, 2, -24], [0, 0, 0, 1]])
    return [cc.Volume(voxels, affine) for affine in (np.diag([2.0, 2.0, 2.0, 1.0]), oblique)]


def draw_everything(tmp_path):
    """Slices and views of every kind, contacts good and bad, as a picture and as a film."""
    pos = np.array([[0.0, 0, 0], [3, 3, 3]])
    options = {"size": (64, 48)}
    for volume, (cmap, interpolation) in itertools.product(volumes(), [("gray", "linear"), ("viridis", "nearest")]):
        cmap = {} if volume.is_rgb else {"cmap": cmap}
        # Planes between voxels, and on them.
        plane_mm = (1.3, 1.3, 1.3) if interpolation == "linear" else (0, 0, 0)
        cc.frame(cc.Scene(volume=volume, interpolation=interpolation, plane_mm=plane_mm, **cmap), **options)
    for volume, interpolation in ((volumes()[0], "linear"), (volumes()[2], "nearest")):
        # Nothing beside the slices, which then go straight to the film's luma.
        scene = cc.Scene(volume=volume, interpolation=interpolation, sweep="full", layout="axial", labels="none")
        cc.render(scene, tmp_path / "film.mp4", frames=2, preset="ultrafast", overwrite=True, size=(128, 96))
    for volume in in_air():
        scene = cc.Scene(volume=volume, theme="light", sweep="full", layout="axial", labels="none")
        cc.render(scene, tmp_path / "film.mp4", frames=2, preset="ultrafast", overwrite=True, size=(128, 96))
    for bad in (False, True):
        contacts = cc.Electrodes(("A1", "A2"), pos, "world", bad=np.array([False, bad]))
        cc.frame(cc.Scene(volume=volumes()[0], electrodes=contacts, names="all"), **options)
        for style in ("glow", "ball", "ring"):
            cc.frame(cc.Scene(volume=volumes()[0], electrodes=contacts, electrode_style=style), **options)
        for render in ("surface", "mip", "glass"):
            for volume in (volumes()[0], volumes()[4]):
                cc.frame(cc.Scene(volume=volume, electrodes=contacts, layout="3d", render=render), **options)
    for volume in in_air():
        # Of several litres: a head, which has skin.
        large = replace(volume, affine=volume.affine * [[8], [8], [8], [1]])
        cc.frame(cc.Scene(volume=large, layout="3d", render="glass"), **options)


@pytest.mark.gl
def test_every_shader_of_every_pass_has_been_checked(checker, compiled, tmp_path):
    draw_everything(tmp_path)
    asked = {shader: set() for shader in checker.passes()}
    for vertex, fragment, defines in compiled:
        tested = {shader: checker.tested_names(shaders.resolve(f"pass/{shader}")[0]) for shader in (vertex, fragment)}
        # A name that neither shader tests would do nothing: a slip of the pen.
        assert defines <= tested[vertex] | tested[fragment], (vertex, fragment, defines)
        for shader in (vertex, fragment):
            chosen = tuple(sorted(defines & tested[shader]))
            assert chosen in checker.variants(shader)
            asked[shader] |= defines & tested[shader]
    # Every name of a shader is asked for by a pass: no branch is left that nothing can reach.
    for shader, names in asked.items():
        assert checker.tested_names(shaders.resolve(f"pass/{shader}")[0]) == names, shader


def test_variants_are_every_choice_of_the_names_that_a_shader_tests(checker, monkeypatch):
    source = "#ifdef A // for whom\n#endif\n#if defined(B) && !defined C\n#elif defined(A)\n#endif\n// #ifdef D\n"
    monkeypatch.setattr(checker, "resolve", lambda name, defines=(): (source, ()))
    assert checker.tested_names(source) == {"A", "B", "C"}
    assert set(checker.variants("any.frag")) == {
        (), ("A",), ("B",), ("C",), ("A", "B"), ("A", "C"), ("B", "C"), ("A", "B", "C"),
    }  # fmt: skip


def test_a_wrong_shader_is_reported_with_its_file_and_line(checker, monkeypatch, tmp_path):
    """The line is that of the file that is included; a variant that is right says nothing."""
    for name, text in {
        "lib/a.glsl": "float f() {\n#ifdef WRONG\nreturn no_such_thing;\n#endif\nreturn 1.0;\n}\n",
        "pass/p.frag": '#include "lib/a.glsl"\nvoid main() { gl_FragColor = vec4(f()); }\n',
    }.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(shaders, "shader_dir", lambda: tmp_path)
    monkeypatch.setattr(checker, "shader_dir", lambda: tmp_path)
    validator = checker.shutil.which("glslangValidator")
    if validator is None and not expected("glslang"):
        pytest.skip("glslangValidator is not installed")
    assert checker.complaint("p.frag", (), validator) == ""
    report = checker.complaint("p.frag", ("WRONG",), validator)
    assert "shaders/pass/p.frag with WRONG defined" in report
    assert "shaders/lib/a.glsl:3:" in report
    assert checker.main() == 1


@pytest.mark.parametrize("variables", [{"CI": "true"}, {"CORTICAST_EXPECT": "gl,glslang"}, {"CORTICAST_EXPECT": "gl"}])
def test_a_missing_validator_is_an_error_where_it_is_expected(checker, monkeypatch, capsys, variables):
    for name in ("CI", "CORTICAST_EXPECT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(checker.shutil, "which", lambda name: None)
    assert checker.main() == (0 if variables == {"CORTICAST_EXPECT": "gl"} else 1)
    said = capsys.readouterr()
    assert "glslangValidator is missing" in said.out + said.err
