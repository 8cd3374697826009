"""First inputs of the fuzzer: small valid files, written by other software or by hand."""

from __future__ import annotations

import json
import struct
import zipfile

import nibabel as nib
import numpy as np
import openpyxl
import soundfile
import tomli_w
from PIL import Image
from scipy.io import savemat

from tests.edf_files import write_edf
from tests.fonts import made_font
from tests.recordings import write_recording

RATE = 100
NAMES = ("LA1", "LA2", "RA1")
AFFINE = np.array([[-2.0, 0, 0, 6], [0, 1.5, 0.2, -4], [0, -0.2, 1.5, -3], [0, 0, 0, 1]])
POINTS = ((-40.5, 0.25, 10.0), (-30.0, 1.5, 11.0), (25.75, -8.0, 9.5))


def noise(shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


# Volumes


def _voxels(dtype="i2", shape=(5, 4, 3)):
    return np.arange(np.prod(shape), dtype=dtype).reshape(shape)


def nifti1(folder):
    image = nib.Nifti1Image(_voxels(), AFFINE)
    image.header.set_slope_inter(2.0, -1.0)
    image.header.set_xyzt_units("mm", "sec")
    image.to_filename(folder / "v.nii")


def nifti1_series(folder):
    image = nib.Nifti1Image(_voxels("f4", (3, 3, 2, 4)), AFFINE)
    image.header["intent_code"], image.header["intent_p1"] = 3, 12
    image.header["cal_max"] = 9
    image.to_filename(folder / "v.nii")


def nifti1_colours(folder):
    voxels = np.zeros((4, 3, 2), dtype=[("R", "u1"), ("G", "u1"), ("B", "u1")])
    nib.Nifti1Image(voxels, AFFINE).to_filename(folder / "v.nii")


def nifti2(folder):
    nib.Nifti2Image(_voxels("u1"), AFFINE).to_filename(folder / "v.nii")


def nifti_gzip(folder):
    nib.Nifti1Image(_voxels("f8"), AFFINE).to_filename(folder / "w.nii.gz")
    (folder / "w.nii.gz").rename(folder / "v.nii")


def nifti_plain_for_gzip(folder):
    """Without compression: the table of readers packs what the fuzzer makes of the file."""
    nifti1(folder)
    (folder / "v.nii").rename(folder / "v.nii.gz")


def nifti_pair(folder):
    nib.Nifti1Pair(_voxels(), AFFINE).to_filename(folder / "v.hdr")


def analyze(folder):
    nib.Spm2AnalyzeImage(_voxels(), np.diag([2, 2, 2, 1])).to_filename(folder / "v.hdr")


def mgh(folder):
    nib.MGHImage(_voxels("f4"), AFFINE).to_filename(folder / "v.mgh")


def mgh_of_bytes(folder):
    nib.MGHImage(_voxels("u1", (3, 3, 3, 2)), np.eye(4)).to_filename(folder / "v.mgh")


# Recordings


def _signals():
    return {"POL LA1": 100 * noise(3 * 20), "EEG LA2-Ref": 100 * noise(3 * 10, 1)}


def edf(folder):
    write_edf(folder / "r.edf", _signals(), 3)


def edf_with_gaps(folder):
    marks = [(0.5, 0.25, "BAD"), (30.0, None, "seen")]
    write_edf(folder / "r.edf", _signals(), 3, onsets=[0, 1, 30], kind="EDF+D", annotations=marks, n_text=60)


def bdf(folder):
    write_edf(folder / "r.bdf", _signals(), 3, annotations=[(1.0, None, "seen")], n_text=60)


def edf_with_tables(folder):
    write_edf(folder / "sub-1_task-a_ieeg.edf", _signals(), 3, units=["", "mV"])
    channels = "name\ttype\tunits\tstatus\nPOL LA1\tSEEG\tuV\tgood\nEEG LA2-Ref\tSEEG\tmV\tbad\n"
    (folder / "sub-1_task-a_channels.tsv").write_text(channels)
    events = "onset\tduration\ttrial_type\n0.5\t0.1\tgo\n1.5\tn/a\tBAD\n"
    (folder / "sub-1_task-a_events.tsv").write_text(events)


def brainvision(
    folder, lines=("[Coordinates]", "Ch1=1,90,0", "Ch2=1,45,0", "Ch3=1,20,0", "[Comment]", "free text"), form="INT_16"
):
    header = ["Brain Vision Data Exchange Header File Version 1.0", "[Common Infos]", "Codepage=UTF-8"]
    header += ["DataFile=r.eeg", "MarkerFile=r.vmrk", "DataFormat=BINARY", "DataOrientation=MULTIPLEXED"]
    header += ["DataPoints=40", f"NumberOfChannels={len(NAMES)}", f"SamplingInterval={1e6 / RATE:g}"]
    header += ["[Binary Infos]", f"BinaryFormat={form}", "[Channel Infos]"]
    header += [*(f"Ch{k}={name},,0.1,µV" for k, name in enumerate(NAMES, 1)), *lines]
    (folder / "r.vhdr").write_text("\n".join(header) + "\n", encoding="utf-8")
    (folder / "r.eeg").write_bytes((100 * noise((40, 3))).astype("<i2" if form == "INT_16" else "<f4").tobytes())
    marks = ["Brain Vision Data Exchange Marker File, Version 1.0", "[Common Infos]", "DataFile=r.eeg"]
    marks += ["[Marker Infos]", "Mk1=New Segment,,1,1,0,20200101100000000000", "Mk2=Stimulus,S 1,10,1,0"]
    (folder / "r.vmrk").write_text("\n".join(marks) + "\n")


def brainvision_of_floats(folder):
    brainvision(folder, (), "IEEE_FLOAT_32")


def brainvision_of_text(folder):
    brainvision(folder, ())
    ascii_infos = "[ASCII Infos]\nDecimalSymbol=.\nSkipLines=0\nSkipColumns=0"
    text = (folder / "r.vhdr").read_text(encoding="utf-8").replace("DataFormat=BINARY", "DataFormat=ASCII")
    (folder / "r.vhdr").write_text(text.replace("[Binary Infos]\nBinaryFormat=INT_16", ascii_infos), encoding="utf-8")
    rows = [" ".join(f"{value:.1f}" for value in row) for row in noise((40, 3))]
    (folder / "r.eeg").write_text("\n".join(rows))


def eeglab(folder, data=None):
    places = np.zeros(len(NAMES), dtype=[("labels", "O"), ("X", "O"), ("Y", "O"), ("Z", "O")])
    for k, name in enumerate(NAMES):
        places[k] = (name, 0.1 * k, 0.2, 0.3)
    marks = np.array([("go", 10.0, 1.0)], dtype=[("type", "O"), ("latency", "O"), ("duration", "O")])
    content = {"data": noise((3, 40)) if data is None else data, "srate": float(RATE), "nbchan": 3, "pnts": 40}
    content |= {"trials": 1, "xmin": 0.0, "xmax": 0.4, "chanlocs": places, "event": marks, "epoch": []}
    savemat(folder / "r.set", {"EEG": {**content, "setname": "odd", "chaninfo": {"nosedir": "+X"}}})


def eeglab_of_two_files(folder):
    noise((40, 3)).astype("<f4").tofile(folder / "r.fdt")
    eeglab(folder, "r.fdt")


def fif(folder):
    write_recording(folder / "r_ieeg.fif", 1e-5 * noise((3, 60)), NAMES, RATE)


def montage(folder):
    import mne

    places = dict(zip(NAMES, np.array(POINTS) / 1000, strict=True))
    mne.channels.make_dig_montage(places, coord_frame="mri").save(folder / "m-dig.fif", overwrite=True, verbose="error")


def transform(folder):
    import mne

    turn = mne.transforms.translation(0.004, 0.021, -0.03) @ mne.transforms.rotation(0.3, -0.1, 0.05)
    mne.write_trans(folder / "s-trans.fif", mne.transforms.Transform("head", "mri", turn), overwrite=True)


def persyst(folder):
    (100 * noise((40, 2))).astype("<i2").tofile(folder / "p.dat")
    lines = ["[FileInfo]", "File=p.dat", "FileType=Interleaved", f"SamplingRate={RATE}", "HeaderLength=0"]
    lines += ["Calibration=0.5", "WaveformCount=2", "DataType=0", "[Patient]", "BirthDate=19-NOV-199", "Sex=M", "Hand="]
    lines += ["TestDate=2014.12.19", "TestTime=02:37:48", "[ChannelMap]", "POL LA1-Ref=1", "EEG LA2-Ref=2"]
    lines += ["[Comments]", "0.100000,0.000000,0,100,seen"]
    (folder / "r.lay").write_text("\n".join(lines) + "\n")


def gdf(folder):
    """GDF 2.2: 256 bytes, 256 bytes for each signal, records, and a table of events."""
    n, n_records = 2, 4
    fixed = b"GDF 2.20".ljust(8) + b"X X".ljust(66) + bytes(10) + bytes(4) + b"rec".ljust(64) + bytes(16)
    fixed += struct.pack("<QQ", 737791 << 32, 0) + struct.pack("<H", n + 1) + bytes(6) + bytes(8) + bytes(6) + bytes(6)
    fixed += bytes(24) + struct.pack("<qIIHH", n_records, 1, 1, n, 0)
    signals = b"".join(name.encode().ljust(16) for name in NAMES[:n]) + b"".ljust(80 * n) + b"uV".ljust(6) * n
    signals += struct.pack("<H", 4275) * n + struct.pack("<dd", -100, -100) + struct.pack("<dd", 100, 100)
    signals += struct.pack("<dd", -2048, -2048) + struct.pack("<dd", 2047, 2047) + bytes(64 * n) + bytes(4 * n)
    signals += struct.pack("<ffffff", 100, 100, 0, 0, 50, 50) + struct.pack("<II", 20, 20) + struct.pack("<II", 3, 3)
    signals += bytes(12 * n) + bytes(20 * n)
    header = (fixed.ljust(256, b"\0") + signals).ljust(256 * (n + 1), b"\0")
    data = (100 * noise((n_records, n, 20))).astype("<i2").tobytes()
    events = struct.pack("<B3sf", 1, (2).to_bytes(3, "little"), 20.0) + struct.pack("<IIHH", 5, 30, 0x300, 0x301)
    (folder / "r.gdf").write_bytes(header + data + events)


def egi(folder):
    samples = (100 * noise((40, 4))).astype(">i2").tobytes()
    (folder / "r.raw").write_bytes(
        struct.pack(">i6hi5hih", 2, 2020, 1, 1, 10, 0, 0, 0, RATE, 4, 1, 16, 500, 40, 0) + samples
    )


def egi_with_events(folder):
    head = struct.pack(">i6hi5hih", 4, 2020, 1, 1, 10, 0, 0, 0, RATE, 2, 1, 0, 0, 30, 1) + b"STI1"
    rows = np.concatenate([noise((30, 2)), np.arange(30)[:, None] % 5 == 1], axis=1)
    (folder / "r.raw").write_bytes(head + rows.astype(">f4").tobytes())


def nihon_kohden(folder):
    """Blocks where MNE-Python looks for them: control, data with two channels and a channel of marks, log."""
    content = bytearray(0x1C00)
    content[0:16] = content[0x81:0x91] = b"EEG-1100A V01.00"
    content[0x17FE] = content[0x91] = 1
    control, data = 0x400, 0x1800
    struct.pack_into("<I", content, 0x92, control)
    content[control + 17] = 1
    struct.pack_into("<I", content, control + 18, data)
    content[data + 0x14 : data + 0x1A] = bytes([0x20, 0x01, 0x01, 0x10, 0x00, 0x00])
    struct.pack_into("<HI", content, data + 0x1A, 0xC000 | RATE, 3)
    content[data + 0x26], content[data + 0x27], content[data + 0x31] = 2, 0, 1
    begin = data + 0x27 + 20
    samples = (100 * noise((30, 3))).astype("<i2").tobytes()
    content[begin : begin + len(samples)] = samples
    log = bytearray(0x200)
    log[0:16] = log[0x101:0x111] = b"EEG-1100A V01.00"
    log[0x91] = 1
    struct.pack_into("<I", log, 0x92, 0x100)
    log[0x112] = 1
    log[0x114:0x114] = b"seen".ljust(20) + b"000001(000000000000)     "
    (folder / "r.EEG").write_bytes(bytes(content[: begin + len(samples)]))
    content[0x40:0x4E] = b"20200101100000"
    (folder / "r.PNT").write_bytes(bytes(content[:0x800]))
    (folder / "r.21E").write_text("[ELECTRODE]\n0000=LA1\n0001=LA2\n[REFERENCE]\n0000=LA1\n")
    (folder / "r.LOG").write_bytes(bytes(log))


def nwb(folder):
    write_recording(folder / "r.nwb", 1e-5 * noise((2, 30)), NAMES[:2], RATE)


def answer(folder, kind=b"f", facts=None):
    """An answer of a child: its kind, the length of its JSON, and the JSON."""
    facts = facts or {"names": ["A"], "n_samples": 9, "files": [], "lines": []}
    content = json.dumps(facts).encode()
    (folder / "a.bin").write_bytes(struct.pack("<cQ", kind, len(content)) + content)


def failure(folder):
    answer(folder, b"e", {"error": "DataError", "message": "a.bin: cannot be read; get the file again"})


def nwb_positions(folder, names=NAMES, places=POINTS):
    from datetime import UTC, datetime

    import pynwb

    content = pynwb.NWBFile("a test", "test", datetime(2026, 11, 21, tzinfo=UTC))
    group = content.create_electrode_group("all", "depths", "brain", content.create_device("amplifier"))
    content.add_electrode_column("label", "names")
    for name, (x, y, z) in zip(names, places, strict=True):
        content.add_electrode(group=group, label=name, location="brain", x=x, y=y, z=z)
    with pynwb.NWBHDF5IO(folder / "e.nwb", "w") as file:
        file.write(content)


# Tables


def activity(folder):
    rows = "\n".join(f"{k / 10}\t{k}\t{k * k}\tn/a" for k in range(6))
    (folder / "a.tsv").write_text(f"time\tLA1\tLA2\tRA1\n{rows}\n")


def activity_of_commas(folder):
    (folder / "a.tsv").write_text("LA1;LA2\n1,5;2,25\n-3,0;4e2\n-999;nan\n")


def npy(folder):
    np.save(folder / "a.npy", noise((6, 3)))


def npy_of_whole_numbers(folder):
    np.save(folder / "a.npy", np.asfortranarray(np.arange(12, dtype=">i2").reshape(4, 3)))


def values(folder):
    (folder / "v.tsv").write_text("name\tt\tnetwork\nLA1\t1.5\tvisual\nLA2\t-2e3\tmotor\nRA1\tn/a\tn/a\n")
    (folder / "v.json").write_text(json.dumps({"t": {"Units": "µV"}}))


def electrodes(folder):
    rows = "".join(f"{name}\t{x}\t{y}\t{z}\t2\tn/a\n" for name, (x, y, z) in zip(NAMES, POINTS, strict=True))
    (folder / "sub-1_electrodes.tsv").write_text(f"name\tx\ty\tz\tsize\tbad\n{rows}")
    system = {"iEEGCoordinateSystem": "ACPC", "iEEGCoordinateUnits": "mm", "IntendedFor": "anat/sub-1_T1w.nii"}
    (folder / "sub-1_coordsystem.json").write_text(json.dumps(system))
    (folder / "sub-1_task-a_channels.tsv").write_text("name\ttype\tstatus\nLA1\tSEEG\tgood\nLA2\tSEEG\tbad\n")
    (folder / "sub-1_electrodes.json").write_text(json.dumps({"size": {"Units": "mm^2"}}))


def table_of_scanner_columns(folder):
    rows = "".join(
        f"{name};{str(x).replace('.', ',')};{y};{z}\n" for name, (x, y, z) in zip(NAMES, POINTS, strict=True)
    )
    (folder / "t.csv").write_text(f"sep=;\n# a comment\nlabel;MNI_x (mm);MNI_y (mm);MNI_z (mm)\n{rows}")


def table_without_header(folder):
    text = "".join(f"{name} {x} {y} {z}\n" for name, (x, y, z) in zip(NAMES, POINTS, strict=True))
    (folder / "t.csv").write_bytes(text.encode("utf-16"))


def table_of_pixels(folder):
    (folder / "t.csv").write_text('"name","x_2d","y_2d"\n"G,1",10,20\n"G2",30.5,40\n')


def fcsv(folder):
    head = "# Markups fiducial file version = 4.11\n# CoordinateSystem = LPS\n"
    head += "# columns = id,x,y,z,ow,ox,oy,oz,vis,sel,lock,label,desc,associatedNodeID\n"
    rows = "".join(f"{k},{x},{y},{z},0,0,0,1,1,1,0,{NAMES[k]},a,\n" for k, (x, y, z) in enumerate(POINTS))
    (folder / "F.fcsv").write_text(head + rows)


def markups(folder):
    points = [{"id": "1", "label": name, "position": place} for name, place in zip(NAMES, POINTS, strict=True)]
    points.append({"label": "RA2", "positionStatus": "undefined", "description": "lost"})
    each = {
        "type": "Fiducial",
        "coordinateSystem": "LPS",
        "coordinateUnits": "mm",
        "name": "F",
        "controlPoints": points,
    }
    (folder / "F.mrk.json").write_text(json.dumps({"markups": [each]}, indent=1))


def control_points(folder):
    rows = "".join(f"{x} {y} {z}\n" for x, y, z in POINTS)
    (folder / "control.dat").write_text(f"{rows}info\nnumpoints {len(POINTS)}\nuseRealRAS 1\n")


def ielvis(folder):
    rows = "".join(f"{x} {y} {z}\n" for x, y, z in POINTS)
    (folder / "S.LEPTO").write_text(f"Mon Nov 30 2026\nR A S\n{rows}")
    names = "".join(f"{name} D L\n" for name in NAMES)
    (folder / "S.electrodeNames").write_text(f"Mon Nov 30 2026\nName, Depth/Strip/Grid, Hem\n{names}")


def mgrid(folder):
    text = "#vtkpxElectrodeMultiGridSource File\n#Description\npatient\n#Number of Grids\n 1\n# Electrode Grid 0\n- -\n"
    text += "#vtkpxElectrodeGridSource File v2\n#Description\nLG\n#Dimensions\n 1 3\n"
    for k, (x, y, z) in enumerate(POINTS):
        text += f"# Electrode 0 {k}\n- - -\n#Position\n {x} {y} {z}\n#Normal\n 1 0 0\n#Electrode Present\n {k % 2}\n"
    (folder / "g.mgrid").write_text(text)


def spreadsheet(folder):
    book = openpyxl.Workbook()
    book.active.append(["name", "x", "y", "z", "when"])
    for name, place in zip(NAMES, POINTS, strict=True):
        book.active.append([name, *place, True])
    book.create_sheet("more").append([True, None, 1e300])
    book.save(folder / "e.xlsx")


def sheet_xml(folder):
    """Only the cells: `packed_sheet` puts them into a whole spreadsheet."""
    spreadsheet(folder)
    with zipfile.ZipFile(folder / "e.xlsx") as parts:
        (folder / "e.xlsx").write_bytes(parts.read("xl/worksheets/sheet1.xml"))


def img_pipe(folder):
    labels = np.array([[name, f"long {name}", "depth"] for name in NAMES], dtype=object)
    regions = np.array([[name, name, "depth", "ctx-lh-insula"] for name in NAMES], dtype=object)
    savemat(folder / "E.mat", {"elecmatrix": np.array(POINTS), "eleclabels": labels, "anatomy": regions})


def img_pipe_compressed(folder):
    savemat(folder / "E.mat", {"elecmatrix": np.array(POINTS, dtype="f4")}, do_compression=True)


def rename(folder):
    (folder / "n.tsv").write_text("channel\tcontact\nLA1\tA1\nLA2\tA2\n")


# Scenes, sounds, pictures, fonts, datasets


def scene(folder):
    content = {"volume": "t1.nii", "electrodes": "e.tsv", "layout": "ortho", "fps": 30, "size": "1920x1080"}
    content |= {
        "sweep": "full",
        "duration": 4,
        "labels": ["letters", "title"],
        "plane_mm": [3.5, -2, 8],
        "title": "A brain",
    }
    (folder / "s.toml").write_text(tomli_w.dumps(content))


def scene_of_sound(folder):
    content = {
        "corticast": "0.2.0",
        "volume": "t1.nii",
        "electrodes": "e.tsv",
        "audio": "a.wav",
        "bands": "400,6000,10",
    }
    (folder / "s.toml").write_text("# by hand\n" + tomli_w.dumps({**content, "speed": 0.5, "cmap": "viridis"}))


def own_defaults(folder):
    (folder / "corticast" / "config.toml").write_text(tomli_w.dumps({"fps": 25, "theme": "light", "layout": "talk"}))


def _sound(folder, form, subtype, n=400):
    soundfile.write(folder / "s.wav", 0.1 * noise((n, 2)).clip(-9, 9), 8000, format=form, subtype=subtype)


def wav(folder):
    _sound(folder, "WAV", "PCM_16")


def wav_of_floats(folder):
    _sound(folder, "WAV", "FLOAT")


def flac(folder):
    _sound(folder, "FLAC", "PCM_16")


def ogg(folder):
    _sound(folder, "OGG", "VORBIS")


def aiff(folder):
    _sound(folder, "AIFF", "PCM_24")


def au(folder):
    _sound(folder, "AU", "ULAW")


def caf(folder):
    _sound(folder, "CAF", "ALAC_16")


def wav_of_adpcm(folder):
    _sound(folder, "WAV", "IMA_ADPCM")


def mp3(folder):
    _sound(folder, "MP3", "MPEG_LAYER_III", 3000)


def _picture(folder, mode, form, **more):
    image = Image.fromarray(np.uint8(40 * noise((6, 8, 4)) + 128), "RGBA").convert(mode)
    image.save(folder / "p.png", format=form, **more)


def png(folder):
    _picture(folder, "RGBA", "PNG", dpi=(300, 300))


def png_of_palette(folder):
    _picture(folder, "P", "PNG", transparency=3)


def png_of_16_bits(folder):
    Image.fromarray(np.arange(48, dtype=np.uint16).reshape(6, 8) * 1000).save(folder / "p.png")


def jpeg(folder):
    exif = Image.Exif()
    exif[0x112] = 6
    _picture(folder, "RGB", "JPEG", exif=exif)


def jpeg_of_cmyk(folder):
    _picture(folder, "CMYK", "JPEG", progressive=True)


def font(folder):
    made_font(folder / "f.ttf", characters="".join(map(chr, [*range(48, 58), *range(65, 91), *range(97, 123)])))


def dataset(folder):
    events = "onset\tduration\tstim_file\n1.5\t2\tstimuli/a.wav\n4\t2\tn/a\n"
    (folder / "sub-01_ses-1_task-a_events.tsv").write_text(events)
    (folder / "sub-01_ses-1_coordsystem.json").write_text(json.dumps({"iEEGCoordinateSystem": "ACPC"}))


def derivative(folder):
    content = {"RawSources": ["bids::sub-01/ses-1/anat/sub-01_ses-1_T1w.nii"], "SkullStripped": False}
    (folder / "sub-01_ses-1_desc-preproc_T1w.json").write_text(json.dumps(content))
