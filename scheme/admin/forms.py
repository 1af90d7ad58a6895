"""The application form as data: sections, questions of every kind, requirements, criteria. For administrators."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from portal import history
from portal.accounts.rules import is_administrator, is_auditor
from portal.desk import Desk, DeskStack, DeskTable
from scheme.admin.choices import PARTS, ChoicesField
from scheme.models import Category, Criterion, EligibilityItem, Question, QuestionSection
from scheme.services import configure


def is_fixed(category: Category | None) -> bool:
    """The form of the category may no longer change."""
    return category is not None and configure.is_in_use(category)


class FormPart(Desk):
    """What belongs to a category's form: fixed, with a word about it, once an application was submitted."""

    viewers = is_administrator | is_auditor
    adders = editors = is_administrator

    def category_of(self, thing: Any) -> Category:
        raise NotImplementedError

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and is_fixed(self.category_of(obj)))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and self.has_change_permission(request, obj)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        thing = kwargs.get("obj")
        if thing is not None and is_administrator.test(request.user) and is_fixed(self.category_of(thing)):
            context["notice"] = configure.InUse().words()
        return super().render_change_form(request, context, *args, **kwargs)


class QuestionForm(forms.ModelForm):
    """A question: what belongs to its kind is needed, what belongs to another kind is not kept."""

    choices = ChoicesField(label=_("choices"), required=False)

    class Meta:
        model = Question
        fields = "__all__"  # noqa: DJ007 - the desk's fieldsets name them

    def clean_section(self) -> QuestionSection:
        section: QuestionSection = self.cleaned_data["section"]
        if is_fixed(section.category):
            raise forms.ValidationError(configure.InUse().words())
        return section

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind = cleaned.get("kind")
        if kind == Question.Kind.CHOICE and len(cleaned.get("choices") or []) < 2 and "choices" not in self.errors:
            self.add_error("choices", _("Give at least two choices."))
        smallest, largest = cleaned.get("smallest"), cleaned.get("largest")
        if kind == Question.Kind.NUMBER and smallest is not None and largest is not None and largest < smallest:
            self.add_error("largest", _("The largest number is below the smallest."))
        for name, (owner, empty) in BELONGS_TO.items():
            if kind != owner and name in cleaned:
                cleaned[name] = empty
        return cleaned


# Field → the kind of question it belongs to, and its value for every other kind.
BELONGS_TO: dict[str, tuple[str, Any]] = {
    "word_limit": (Question.Kind.TEXT, None),
    "unit": (Question.Kind.NUMBER, ""),
    "smallest": (Question.Kind.NUMBER, None),
    "largest": (Question.Kind.NUMBER, None),
    "choices": (Question.Kind.CHOICE, []),
}


@admin.register(Question)
class QuestionDesk(FormPart):
    form = QuestionForm
    list_display = ("text", "kind", "section", "category", "required", "position")
    list_filter = ("kind", "section__category__kind", "section__category__round")
    list_select_related = ("section__category__round",)
    search_fields = ("code", "text_en", "text_zh_hant", "text_zh_hans")
    ordering = ("section__category", "section__position", "position")
    fieldsets = (
        (None, {"fields": ("section", "code", "kind", "required", "position")}),
        (_("The question"), {"fields": ("text_en", "text_zh_hant", "text_zh_hans")}),
        (_("Guidance"), {"fields": ("help_en", "help_zh_hant", "help_zh_hans")}),
        (_("For texts"), {"fields": ("word_limit",)}),
        (_("For numbers"), {"fields": ("unit", "smallest", "largest")}),
        (_("For choices"), {"fields": ("choices",)}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [*fieldsets[:-1], (_("For choices"), {"fields": ("choices_in_words",)})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("choices_in_words",)

    @display(description=_("choices"))
    def choices_in_words(self, question: Question) -> str:
        rows = ([row.get(part, "") for part in PARTS] for row in question.choices)
        return format_html_join("", "<p>{}: {} · {} · {}</p>", rows) or "–"

    def category_of(self, thing: Question) -> Category:
        return thing.section.category

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "section":
            kwargs["queryset"] = QuestionSection.objects.select_related("category__round")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @display(description=_("question"))
    def text(self, question: Question) -> str:
        return str(question)

    @display(description=_("category"))
    def category(self, question: Question) -> str:
        return str(question.section.category)


class SectionForm(forms.ModelForm):
    def clean_category(self) -> Category:
        category: Category = self.cleaned_data["category"]
        if is_fixed(category):
            raise forms.ValidationError(configure.InUse().words())
        return category


class QuestionRows(DeskTable):
    """The questions of a section in brief; the link leads to the whole question."""

    model = Question
    fields = ("code", "kind", "text_en", "required", "position")
    show_change_link = True

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        kwargs["widgets"] = {"text_en": forms.TextInput(attrs={"class": "desk-input"})}
        return super().get_formset(request, obj, **kwargs)


@admin.register(QuestionSection)
class QuestionSectionDesk(FormPart):
    form = SectionForm
    list_display = ("named", "category", "code", "position")
    list_filter = ("category__kind", "category__round")
    list_select_related = ("category__round",)
    search_fields = ("code", "name_en", "name_zh_hant", "name_zh_hans")
    inlines = (QuestionRows,)

    @admin.display(description=_("section"), ordering="name_en")
    def named(self, thing: QuestionSection) -> str:
        return str(thing.name)

    def category_of(self, thing: QuestionSection) -> Category:
        return thing.category

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "category":
            kwargs["queryset"] = Category.objects.select_related("round")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def remembered(self, thing: Any) -> list[QuerySet]:
        return [history.events_of(thing), history.events_where(Question, section_id=thing.pk)]


class Requirements(DeskStack):
    model = EligibilityItem
    fields = ("code", "text_en", "text_zh_hant", "text_zh_hans", "position")


class CriterionForm(forms.ModelForm):
    """The sections a criterion rests on, chosen from those of its category."""

    rests_on = forms.MultipleChoiceField(
        label=_("rests on"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The sections of the application it is judged by."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category = self.instance.category if self.instance.category_id else None
        self.fields["rests_on"].choices = sections_of(category, self.instance.rests_on)  # type: ignore[attr-defined]


def sections_of(category: Category | None, chosen: list[str]) -> list[tuple[str, Any]]:
    """The parts of an application in this category, by code; what was chosen before stays to choose."""
    fixed: list[tuple[str, Any]] = [
        ("enterprise", _("Enterprise")),
        ("sites", _("Sites")),
        ("measures", _("Improvement measures")),
        ("audit", _("Cleaner production audit")),
        ("suppliers", _("Suppliers")),
        ("projects", _("Projects")),
    ]
    own = [(section.code, section.name) for section in category.question_sections.all()] if category else []
    known = {code for code, _name in [*fixed, *own]}
    return [*fixed, *own, *((code, code) for code in chosen or [] if code not in known)]


class Criteria(DeskStack):
    model = Criterion
    form = CriterionForm
    readonly_fields = ("rests_on_in_words",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if self.has_change_permission(request, obj):
            return list(self.written)
        return ["rests_on_in_words" if name == "rests_on" else name for name in self.written]

    @display(description=_("rests on"))
    def rests_on_in_words(self, criterion: Criterion) -> str:
        names = dict(sections_of(criterion.category, criterion.rests_on))
        return ", ".join(str(names[code]) for code in criterion.rests_on) or "–"

    written = (
        "code", "name_en", "name_zh_hant", "name_zh_hans", "weight", "scale",
        "guidance_en", "guidance_zh_hant", "guidance_zh_hans", "rests_on", "position",
    )  # fmt: skip
