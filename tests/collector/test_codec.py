"""Messages of the link are equal after encoding and decoding."""

from typing import Any

import numpy as np
import pytest
from tests.present import present

from scaler_monitor.collector.in_process import live_status
from scaler_monitor.link.codec import InvalidMessage, pack, unpack
from scaler_monitor.protocol.page import (
    HELD,
    NOW,
    Answer,
    ChartFigure,
    ChartSeries,
    FigureAnswer,
    FigureQuestion,
    Moment,
    Question,
    StreamBar,
    StreamFigure,
    StreamLane,
    TablePage,
    TableQuestion,
)

QUESTION = Question(
    viewer="v",
    known=7,
    tables=(TableQuestion("workers", sort="cpu", cursor="Worker|ä"), TableQuestion("tasks")),
    figures=(FigureQuestion("stream", 80, 10), FigureQuestion("cpu", 80)),
)


def page(rows: list[list[Any]]) -> TablePage:
    return TablePage("workers", 3, 3, 0, ["a"], rows, [""], None, "", 0)


def answer(**parts: Any) -> Answer:
    whole = {"overview": None, "tables": None, "figures": None, "facts": None} | parts
    return Answer(5, live_status(100.0), None, **whole)


@pytest.mark.parametrize("moment", [NOW, HELD, 1_764_000_000.5])
def test_a_moment_is_equal_after_a_round_trip(moment: Moment) -> None:
    assert unpack(pack(QUESTION._replace(at=moment)), Question).at == moment


def test_a_question_is_equal_after_a_round_trip() -> None:
    back = unpack(pack(QUESTION), Question)
    assert back == QUESTION
    assert isinstance(back.tables[1], TableQuestion)
    assert all(isinstance(figure, FigureQuestion) for figure in back.figures)


def test_an_answer_has_its_named_tuples_after_a_round_trip() -> None:
    sent = answer(
        tables=(page([["w", 1.5, None, True]]),),
        figures=(
            FigureAnswer(
                "stream",
                StreamFigure(
                    0.0,
                    1.0,
                    1,
                    0,
                    [StreamLane("w", "m", [StreamBar(0, 3, 1, "failed", 0, "f", "00", 0.5)], "")],
                    [("gpu", 2)],
                    [(1.0, 2.0)],
                    [("task", "00")],
                ),
                None,
            ),
            FigureAnswer(
                "memory", None, ChartFigure(0.0, 1.0, [ChartSeries("rss", "bytes", [1.0, None])], [])
            ),
        ),
        facts=[("id", "w")],
    )
    back = unpack(pack(sent), Answer)
    assert back == sent
    stream, chart = present(back.figures)
    assert present(stream.stream).lanes[0].bars[0].state == "failed"
    assert present(chart.chart).series[0].values == [1.0, None]
    assert isinstance(present(back.facts)[0], tuple)


def test_numpy_scalars_arrive_as_plain_numbers() -> None:
    row = [np.uint64(2**64 - 1), np.float32(0.5), np.bool_(1)]
    back = unpack(pack(answer(tables=(page([row]),))), Answer)
    assert present(back.tables)[0].rows == [[2**64 - 1, 0.5, True]]


def test_integers_beyond_64_bits_are_clamped() -> None:
    back = unpack(pack(answer(tables=(page([[2**70, -(2**70), 3, "x"]]),))), Answer)
    assert present(back.tables)[0].rows == [[2**64 - 1, -(2**63), 3, "x"]]


def test_a_newer_peer_may_add_fields_and_an_older_one_lack_them() -> None:
    assert unpack(pack([*QUESTION, "new"]), Question) == QUESTION
    assert unpack(pack(["v"]), Question) == Question("v")


@pytest.mark.parametrize(
    "data", [b"", b"\xc1", b"\x93\x01", pack(5), pack({}), pack([]), pack(["v", 1, 2, 3, 9]), b"\x00\x00"]
)
def test_other_messages_are_invalid(data: bytes) -> None:
    with pytest.raises(InvalidMessage):
        unpack(data, Question)
