"""A survey and its questions. Source: help page "meta-data"."""

from __future__ import annotations

from pangoprep.entities import fields as f
from pangoprep.entities.base import Entity, Item
from pangoprep.entities.rules import InOrder


class SurveyQuestion(Item):
    """A question of a survey, in up to five languages."""

    questionId: str = f.identifier(
        {"en": "Question id", "vi": "Mã câu hỏi"}, personal=False, required=True
    )
    langDef: str = f.text(
        {"en": "Default language", "vi": "Ngôn ngữ mặc định"}, required=True, example="vi"
    )
    lang1: str | None = f.text({"en": "Text in language 1", "vi": "Nội dung ngôn ngữ 1"})
    lang2: str | None = f.text({"en": "Text in language 2", "vi": "Nội dung ngôn ngữ 2"})
    lang3: str | None = f.text({"en": "Text in language 3", "vi": "Nội dung ngôn ngữ 3"})
    lang4: str | None = f.text({"en": "Text in language 4", "vi": "Nội dung ngôn ngữ 4"})
    lang5: str | None = f.text({"en": "Text in language 5", "vi": "Nội dung ngôn ngữ 5"})


class MetaSurvey(
    Entity,
    object_type="meta-survey",
    key=("surveyId",),
    custom_fields=True,
    rules=(InOrder("createdAt", "updatedAt"),),
):
    """A survey and its questions (``meta-survey``); the key is ``surveyId``.

    Needs ``surveyId`` and ``questions``. The help page calls those a list and a map at once;
    they go out as a map, each under its ``questionId``.
    """

    surveyId: str = f.identifier(
        {"en": "Survey id", "vi": "Mã khảo sát"},
        personal=False,
        required=True,
        headers=["Mã khảo sát"],
    )
    surveyName: str | None = f.text(
        {"en": "Name of the survey", "vi": "Tên khảo sát"}, headers=["Tên khảo sát"]
    )
    note: str | None = f.text({"en": "Note", "vi": "Ghi chú"}, personal=True)
    createdAt: int | None = f.timestamp({"en": "Time of creation", "vi": "Thời điểm tạo"})
    createdBy: str | None = f.text(
        {"en": "Created by", "vi": "Người tạo"}, holds="person", personal=True
    )
    updatedAt: int | None = f.timestamp({"en": "Time of update", "vi": "Thời điểm cập nhật"})
    updatedBy: str | None = f.text(
        {"en": "Updated by", "vi": "Người cập nhật"}, holds="person", personal=True
    )
    questions: object = f.items(
        SurveyQuestion, {"en": "Questions", "vi": "Câu hỏi"}, keyed_by="questionId", required=True
    )
