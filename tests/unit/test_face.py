"""What `import corticast as cc` offers: names, help, examples, and the numbers behind pictures."""

import doctest
import inspect
import subprocess
import sys
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

import corticast as cc


def test_every_name_is_there_and_explains_itself():
    assert sorted(cc.__all__) == cc.__all__
    for name in cc.__all__:
        value = getattr(cc, name)
        assert value is not None
        if name != "__version__":
            assert inspect.getdoc(value), name
    public = [name for name in dir(cc) if not name.startswith("__")]
    assert public == [name for name in cc.__all__ if not name.startswith("__")]
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = cc.nothing


def test_signatures_survive_the_checks_of_arguments():
    assert list(inspect.signature(cc.frame).parameters)[:3] == ["scene", "time", "size"]
    assert list(inspect.signature(cc.load_electrodes).parameters) == [
        *("source", "space", "coordsystem", "channels", "unit", "columns", "trans"),
    ]
    assert list(inspect.signature(cc.ArrayDrive).parameters)[:3] == ["values", "sample_rate", "names"]
    assert isinstance(cc.ArrayDrive, type)
    assert cc.render.__module__ == "corticast.app.render.film_file"


def test_the_examples_of_the_package_run():
    found = doctest.testmod(cc)
    assert found.attempted >= 8
    assert found.failed == 0


def test_help_begins_with_the_examples():
    done = subprocess.run([sys.executable, "-c", "import corticast; help(corticast)"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.index("cc.panels(scene") < done.stdout.index("class Activity")


def test_no_module_below_the_face_imports_upward_by_a_text():
    source = Path(cc.__file__).parent
    by_text = [str(path.relative_to(source)) for path in source.rglob("*.py") if "import_module(" in path.read_text()]
    assert sorted(by_text) == ["__init__.py", "cli/commands.py"]


def test_a_scene_of_the_model_alone_can_be_saved(tmp_path):
    code = (
        "from corticast.core.model.scene import Scene; from corticast.io.volume import load_volume;"
        "Scene(volume=load_volume('T1w.nii'), title='A').save('scene.toml')"
    )
    nib.Nifti1Image(np.ones((4, 4, 4), np.int16), np.eye(4)).to_filename(tmp_path / "T1w.nii")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert 'title = "A"' in (tmp_path / "scene.toml").read_text()
