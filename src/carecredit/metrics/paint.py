"""Charts that carry their own colours, for where no style sheet reaches: e-mail, PDF, a file.

The drawing stays one; only its class names are read as attributes, in the light theme of the pages.
"""

from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET

Paint = Mapping[str, str]

FONT = "Inter, Helvetica, Arial, sans-serif"
INK, MUTED, LINE, LINE_STRONG, SURFACE = "#15232D", "#52616D", "#DDE3E8", "#7B8893", "#FFFFFF"
FIRST, SECOND, SECOND_TEXT, REFERENCE = "#0B6470", "#B8641A", "#8F4C10", "#6F7F8B"
AGES = {"1_30": "#8CC6C4", "31_60": "#4A9DA1", "61_90": "#17717C", "91_plus": "#0A3F4A"}
CURRENT = "#DDE3E8"
_SVG = "{http://www.w3.org/2000/svg}"
_STROKE = {"fill": "none", "stroke-linejoin": "round", "stroke-linecap": "round"}
_DASHED = {"stroke-dasharray": "5 4"}
_STRONG = {"font-weight": "600"}

PAINTS: Mapping[str, Paint] = {
    "text": {"fill": MUTED, "font-size": "11.5", "font-family": FONT},
    "middle": {"text-anchor": "middle"},
    "right": {"text-anchor": "end"},
    "total": {"fill": INK} | _STRONG,
    "figure": {"fill": INK} | _STRONG,
    "grid": {"fill": "none", "stroke": LINE},
    "base": {"fill": "none", "stroke": LINE_STRONG},
    "break": {"fill": "none", "stroke": LINE_STRONG},
    "line": {"stroke": FIRST, "stroke-width": "2"} | _STROKE,
    "band": {"fill": FIRST},
    "dot": {"fill": FIRST, "stroke": SURFACE},
    "end": {"fill": FIRST},
    "series-first name": {"fill": FIRST} | _STRONG,
    "series-first figure": {"fill": FIRST} | _STRONG,
    "series-second line": {"stroke": SECOND},
    "series-second band": {"fill": SECOND},
    "series-second dot": {"fill": SECOND},
    "series-second end": {"fill": SECOND},
    "series-second name": {"fill": SECOND_TEXT} | _STRONG,
    "series-second figure": {"fill": SECOND_TEXT} | _STRONG,
    "series-reference line": {"stroke": REFERENCE, "stroke-width": "1.6"} | _DASHED,
    "series-reference dot": {"fill": REFERENCE},
    "series-reference end": {"fill": REFERENCE},
    "series-reference name": {"fill": MUTED},
    "series-reference figure": {"fill": MUTED},
    "age-current": {"fill": CURRENT},
    **{f"age-{age}": {"fill": colour} for age, colour in AGES.items()},
}
"""What each class looks like; two words are a class inside a line's group."""


def painted(svg: str, *, width: int | None = None) -> str:
    """Write a chart's colours and type into it; it then needs no style sheet to be seen rightly.

    The finding, its spoken name, is also its title; what only a pointer finds is left out.
    """
    root = ET.fromstring(svg)  # noqa: S314 - our own drawing, written a moment ago
    spoken = root.get("aria-label", "")
    _, _, wide, high = map(float, root.get("viewBox", "0 0 1 1").split())
    _paint(root, "")
    root.set("xmlns", _SVG.strip("{}"))
    shown = width or round(wide)
    root.set("width", str(shown))
    root.set("height", str(round(high * shown / wide)))
    title = ET.Element("title")
    title.text = spoken
    root.insert(0, title)
    return ET.tostring(root, encoding="unicode")


def _paint(element: ET.Element, role: str) -> None:
    """Turn the classes of an element and all below it into attributes."""
    element.tag = element.tag.removeprefix(_SVG)
    classes = element.attrib.pop("class", "").split()
    role = next((each for each in classes if each.startswith("series-")), role)
    for name, value in _attributes(element.tag, classes, role):
        element.set(name, value)
    for child in list(element):
        if "hit" in child.get("class", "").split():
            element.remove(child)
        else:
            _paint(child, role)


def _attributes(tag: str, classes: list[str], role: str) -> Iterator[tuple[str, str]]:
    yield from PAINTS["text"].items() if tag == "text" else ()
    for each in classes:
        yield from PAINTS.get(each, {}).items()
        yield from PAINTS.get(f"{role} {each}", {}).items()
