import pytest

from corticast.errors import ShaderError
from corticast.gl import shaders


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in ("pass", "lib"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(shaders, "shader_dir", lambda: tmp_path)
    return tmp_path


def test_a_file_is_included_once(folder):
    (folder / "lib/a.glsl").write_text("float a;\n")
    (folder / "lib/b.glsl").write_text('#include "lib/a.glsl"\nfloat b;\n')
    (folder / "pass/p.frag").write_text('#include "lib/a.glsl"\n#include "lib/b.glsl"\nvoid main() {}\n')
    source, origins = shaders.resolve("pass/p.frag", ("LINEAR",))
    assert source.count("float a;") == 1
    assert source.startswith("#version 120\n#define LINEAR\n")
    lines = source.splitlines()
    assert len(origins) == len(lines)
    assert origins[lines.index("float b;")] == "shaders/lib/b.glsl:2"
    assert origins[lines.index("void main() {}")] == "shaders/pass/p.frag:3"


def test_a_circle_is_refused(folder):
    (folder / "lib/a.glsl").write_text('#include "lib/b.glsl"\n')
    (folder / "lib/b.glsl").write_text('#include "lib/a.glsl"\n')
    (folder / "pass/p.frag").write_text('#include "lib/a.glsl"\n')
    with pytest.raises(ShaderError, match="circle"):
        shaders.resolve("pass/p.frag")


def test_a_missing_file_is_named(folder):
    (folder / "pass/p.frag").write_text('#include "lib/none.glsl"\n')
    with pytest.raises(ShaderError, match=r"lib/none\.glsl, included by shaders/pass/p\.frag"):
        shaders.resolve("pass/p.frag")


@pytest.mark.gl
def test_an_error_names_file_and_line(folder, current_gl):
    (folder / "lib/wrong.glsl").write_text("// one\n// two\nfloat f() { return no_such_thing; }\n")
    (folder / "pass/p.vert").write_text("attribute vec2 a;\nvoid main() { gl_Position = vec4(a, 0.0, 1.0); }\n")
    (folder / "pass/p.frag").write_text(
        '// zero\n#include "lib/wrong.glsl"\nvoid main() { gl_FragColor = vec4(f()); }\n'
    )
    with pytest.raises(ShaderError, match=r"shaders/lib/wrong\.glsl:3"):
        shaders.Pass("p.vert", "p.frag")
