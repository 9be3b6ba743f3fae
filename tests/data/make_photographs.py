"""Make engine/data/files/textures32.npz and photographs.npz from the wheels that carry them.

    pip install pillow==13.0.0
    pip download --no-deps scikit-image==0.26.0 scikit-learn==1.9.1
    python tests/data/make_photographs.py scikit_image-0.26.0-*.whl scikit_learn-1.9.1-*.whl

Textures: each photograph of 512 × 512 is cut into 16 × 16 patches of 32 × 32; the patches of the
left half are for training, those of the right half for the test, so that no test patch touches more
than one column of the others.
Photographs: shrunk so that the longer side is 320 pixels.
"""

import hashlib
import io
import sys
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

FILES = Path(__file__).parents[2] / "engine" / "data" / "files"
TEXTURES = {
    "brick.png": "7966caf324f6ba843118d98f7a07746d22f6a343430add0233eca5f6eaaa8fcf",
    "grass.png": "b6b6022426b38936c43a4ac09635cd78af074e90f42ffa8227ac8b7452d39f89",
    "gravel.png": "c48615b451bf1e606fbd72c0aa9f8cc0f068ab7111ef7d93bb9b0f2586440c12",
}
OF_SCIKIT_IMAGE = {
    "chelsea.png": "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb",
    "coffee.png": "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7",
    "rocket.jpg": "c2dd0de7c538df8d111e479619b129464d0269d0ae5fd18ca91d33a7fdfea95c",
    "camera.png": "b0793d2adda0fa6ae899c03989482bff9a42d3d5690fc7e3648f2795d730c23a",
    "coins.png": "f8d773fc9cfa6f4d8e5942dc34d0a0788fcaed2a4fefbbed0aef5398d7ef4cba",
    "hubble_deep_field.jpg": "3a19c5dd8a927a9334bb1229a6d63711b1c0c767fb27e2286e7c84a3e2c2f5f4",
}
OF_SCIKIT_LEARN = {
    "china.jpg": "8378025ad2519d649d02e32bd98990db4ab572357d9f09841c2fbfbb4fefad29",
    "flower.jpg": "a77f6ec41e353afdf8bdff2ea981b2955535d8d83294f8cfa49cf4e423dd5638",
}
LONGER = 320


def main(image_wheel: Path, learn_wheel: Path) -> None:
    image, learn = zipfile.ZipFile(image_wheel), zipfile.ZipFile(learn_wheel)
    patches, targets, test = [], [], []
    for k, (name, sha256) in enumerate(TEXTURES.items()):
        photograph = np.asarray(opened(image, f"skimage/data/{name}", sha256))
        cut = photograph.reshape(16, 32, 16, 32).swapaxes(1, 2)  # row, column, 32, 32
        patches.append(cut.reshape(256, 1, 32, 32))
        targets += [k] * 256
        test += [int(column >= 8) for _ in range(16) for column in range(16)]
    turn = np.arange(768).reshape(3, 256).T.ravel()  # the classes in turn
    np.savez_compressed(
        FILES / "textures32.npz",
        pictures=np.concatenate(patches)[turn],
        targets=np.array(targets, np.uint8)[turn],
        test=np.array(test, np.uint8)[turn],
    )
    made = {}
    for wheel, folder, names in (
        (image, "skimage/data", OF_SCIKIT_IMAGE),
        (learn, "sklearn/datasets/images", OF_SCIKIT_LEARN),
    ):
        for name, sha256 in names.items():
            photograph = opened(wheel, f"{folder}/{name}", sha256)
            scale = LONGER / max(photograph.size)
            size = tuple(round(side * scale) for side in photograph.size)
            pixels = np.asarray(photograph.resize(size, Image.Resampling.LANCZOS))
            made[Path(name).stem] = pixels[..., None] if pixels.ndim == 2 else pixels
    np.savez_compressed(FILES / "photographs.npz", **made)


def opened(wheel: zipfile.ZipFile, name: str, sha256: str) -> Image.Image:
    data = wheel.read(name)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise SystemExit(f"{name} is not the file this script was written for.")
    return Image.open(io.BytesIO(data))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
