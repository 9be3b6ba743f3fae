"""Make engine/data/files/emoji32.npz from the npm packages that carry two artists' emoji.

    pip install pillow==13.0.0
    npm pack emoji-datasource-google@16.0.0 emoji-datasource-twitter@16.0.0
    mkdir google twitter
    tar xzf emoji-datasource-google-16.0.0.tgz -C google
    tar xzf emoji-datasource-twitter-16.0.0.tgz -C twitter
    python tests/data/make_emoji32.py google/package twitter/package

Ten classes that a child tells apart. Left out: what does not suit a class room (alcohol, rude
signs), and what shows something else than its class (a bus stop is no vehicle). At most 100 of a
class. A 64 × 64 picture is shrunk to 32 × 32 by the mean of 2 × 2 pixels, colours weighted by
their opacity, and laid on white; the opacity is kept beside it.

The split is by code point: what is kept for the test is kept of both artists, and a woman cook goes
where the man cook goes.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

TARGET = Path(__file__).parents[2] / "engine" / "data" / "files" / "emoji32.npz"
MOST = 100
TEST_SHARE = 0.2
CLASSES = {
    "face": "face-affection face-concerned face-glasses face-hand face-hat face-negative "
    "face-neutral-skeptical face-sleepy face-smiling face-tongue face-unwell",
    "hand": "hand-fingers-closed hand-fingers-open hand-fingers-partial hand-prop "
    "hand-single-finger hands",
    "person": "person person-gesture person-role",
    "animal": "animal-amphibian animal-bird animal-bug animal-mammal animal-marine animal-reptile",
    "plant": "food-fruit food-vegetable plant-flower plant-other",
    "food": "drink food-asian food-prepared food-sweet",
    "transport": "transport-air transport-ground transport-water",
    "clothing": "clothing",
    "symbol": "alphanum arrow av-symbol keycap math punctuation zodiac",
    "flag": "country-flag",
}
WITHOUT = set(
    "imp skull smiling_imp skull_and_crossbones face_with_symbols_on_mouth middle_finger "
    "breast-feeding pregnant_woman pregnant_man pregnant_person woman_feeding_baby "
    "man_feeding_baby person_feeding_baby feet pig_nose feather wing spider_web microbe shell "
    "coral rosette empty_nest nest_with_eggs sake wine_glass cocktail tropical_drink beer beers "
    "champagne clinking_glasses tumbler_glass baby_bottle ice_cube pouring_liquid salt seat "
    "busstop station traffic_light vertical_traffic_light construction rotating_light "
    "octagonal_sign wheel oil_drum motorway railway_track fuelpump ring_buoy anchor satellite "
    "bikini briefs lipstick ring gem prayer_beads folding_hand_fan hair_pick shopping_bags".split()
)
# Man, woman, person, their signs, and what joins them.
PEOPLE = {"1F468", "1F469", "1F9D1", "200D", "2640", "2642", "FE0F"}
LONGEST = 8  # code points of an emoji


def main(google: Path, twitter: Path) -> None:
    listed = {e["unified"]: e for e in json.loads((google / "emoji.json").read_text("utf-8"))}
    other = {e["unified"]: e for e in json.loads((twitter / "emoji.json").read_text("utf-8"))}
    chosen = []
    for k, parts in enumerate(CLASSES.values()):
        own = [
            e["unified"]
            for e in listed.values()
            if e["subcategory"] in parts.split()
            and e["short_name"] not in WITHOUT
            and e["has_img_google"]
            and other.get(e["unified"], {}).get("has_img_twitter")
        ]
        # In an order by hash, so that neighbours in the list part; of one kind all together.
        own.sort(key=lambda code: (digest(kind(code)), code))
        own = own[:MOST]
        test, tested = round(TEST_SHARE * len(own)), []
        while len(tested) < test:
            tested += [code for code in own if kind(code) == kind(own[len(tested)])]
        chosen += [(code, k, code in tested) for code in own]
    chosen.sort(key=lambda one: digest(one[0]))  # classes mixed
    folders = (google / "img" / "google" / "64", twitter / "img" / "twitter" / "64")
    pictures = np.empty((2, len(chosen), 3, 32, 32), np.uint8)
    opacity = np.empty((2, len(chosen), 32, 32), np.uint8)
    codes = np.zeros((len(chosen), LONGEST), np.uint32)
    for i, (code, _, _) in enumerate(chosen):
        points = [int(point, 16) for point in code.split("-")]
        codes[i, : len(points)] = points
        for a, (folder, table) in enumerate(zip(folders, (listed, other), strict=True)):
            pictures[a, i], opacity[a, i] = shrunk(folder / table[code]["image"])
    np.savez_compressed(
        TARGET,
        pictures=pictures,
        opacity=opacity,
        targets=np.array([k for _, k, _ in chosen], np.uint8),
        test=np.array([t for _, _, t in chosen], np.uint8),
        codes=codes,
    )


def kind(code: str) -> str:
    """What an emoji shows, whoever does it."""
    return "-".join(p for p in code.split("-") if p not in PEOPLE) or code


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def shrunk(file: Path) -> tuple[np.ndarray, np.ndarray]:
    """3 × 32 × 32 bytes on white, and 32 × 32 of opacity."""
    rgba = np.asarray(Image.open(file).convert("RGBA"), np.float64) / 255
    if rgba.shape != (64, 64, 4):
        raise SystemExit(f"{file} is not 64 × 64.")
    alpha = rgba[..., 3:]
    whole = np.concatenate([rgba[..., :3] * alpha, alpha], axis=2)
    small = whole.reshape(32, 2, 32, 2, 4).mean(axis=(1, 3))
    on_white = small[..., :3] + (1 - small[..., 3:])
    colours = np.round(255 * on_white).clip(0, 255).astype(np.uint8)
    return colours.transpose(2, 0, 1), np.round(255 * small[..., 3]).astype(np.uint8)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
