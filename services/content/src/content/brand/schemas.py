from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from common.http import HttpUrl, RequestModel, samples
from common.texts import LINE, TEXT
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from content.models import BrandProfile
from content.rendering.design import Palette

# A stored profile has these limits. What is written anew, by a person or by the model, also has the rules of texts.
StoredText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000)]
StoredName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
StoredWord = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Text = Annotated[StoredText, TEXT]
Name = Annotated[StoredName, LINE]
Word = Annotated[StoredWord, LINE]


class Fact(BaseModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = Field(
        description="A statement about the business. Posts claim nothing else about it."
    )
    source_url: Annotated[str, StringConstraints(max_length=2_000)] = Field(description="The page that says so.")


class NewFact(Fact):
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), TEXT] = Field(
        description="A statement on the website. Posts make no other claims."
    )
    source_url: Annotated[str, StringConstraints(max_length=2_000), LINE] = Field(
        description="The page with the statement."
    )


class FactIn(NewFact, RequestModel):
    """A fact about the business, entered by a user."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), TEXT] = Field(
        description="A statement about the business. Posts claim nothing else about it."
    )
    source_url: HttpUrl = Field(description="The http or https URL of the page that says so. It is not checked.")


class PaletteIn(Palette, RequestModel):
    pass


class BrandText(BaseModel):
    """The text of the brand profile."""

    business_name: StoredName = Field(description="Name of the business.")
    what_they_do: StoredText = Field(description="What the business offers.")
    audience: StoredText = Field(description="The business's customers.")
    voice: StoredText = Field(description="The business's tone of voice, as guidance for its posts.")
    facts: Annotated[list[Fact], Field(max_length=40)] = Field(
        description="Statements about the business. Posts claim nothing else about it."
    )
    words_to_avoid: Annotated[list[StoredWord], Field(max_length=60)] = Field(
        description="Words that posts should not contain. Those that a user has set never appear in a generated text."
    )


class BrandAnswer(BaseModel):
    """The text of the brand profile, as the model writes it."""

    business_name: Name
    what_they_do: Text
    audience: Text = Field(description="The business's customers.")
    voice: Text = Field(description="The business's tone of voice, as guidance for its posts.")
    facts: Annotated[list[NewFact], Field(max_length=40)]
    words_to_avoid: Annotated[list[Word], Field(max_length=60)]


class BrandCorrection(RequestModel):
    """Values that a user sets. They replace those from the website, also after it is read again.

    Null removes a correction. Omitted fields stay unchanged.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "voice": "Warm and plain, never medical.",
                    "words_to_avoid": ["cheap", "guaranteed"],
                    "palette": {"primary": "#0b5563", "accent": "#f2a541"},
                }
            ]
        }
    )

    business_name: Name | None = Field(default=None, description="Name of the business. Null removes the correction.")
    what_they_do: Text | None = Field(
        default=None, description="What the business offers. Null removes the correction."
    )
    audience: Text | None = Field(default=None, description="The business's customers. Null removes the correction.")
    voice: Text | None = Field(default=None, description="The business's tone of voice. Null removes the correction.")
    facts: Annotated[list[FactIn], Field(max_length=40)] | None = Field(
        default=None,
        description="All statements about the business; posts claim nothing else about it. Null removes the "
        "correction.",
    )
    words_to_avoid: Annotated[list[Word], Field(max_length=60)] | None = Field(
        default=None, description="Words that posts must not contain. Null removes the correction."
    )
    palette: PaletteIn | None = Field(default=None, description="Colours of the images. Null removes the correction.")


class BrandOut(BrandText):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "business_name": samples.BUSINESS,
                    "what_they_do": "Physiotherapy for runners and office workers in Auckland.",
                    "audience": "People in central Auckland who want to move without pain.",
                    "voice": "Warm and plain, never medical.",
                    "facts": [{"text": "Open on Saturdays from 9 to 1.", "source_url": f"{samples.WEBSITE}/contact"}],
                    "words_to_avoid": ["cheap", "guaranteed"],
                    "id": samples.BRAND_ID,
                    "website_url": samples.WEBSITE,
                    "palette": {"primary": "#0b5563", "accent": "#f2a541", "paper": "#ffffff", "ink": "#1c1c1c"},
                    "fonts": ["Inter"],
                    "logo_url": f"{samples.WEBSITE}/logo.png",
                    "corrected": ["palette", "voice", "words_to_avoid"],
                    "read_at": samples.GENERATED,
                    "reading": False,
                    "revision": 2,
                }
            ]
        }
    )

    id: UUID
    website_url: str | None = Field(description="The website that was read; null if the account has none.")
    palette: Palette = Field(description="Colours of the images.")
    fonts: list[str] = Field(description="Font families of the website.")
    logo_url: str | None = Field(description="The logo on the website; null if none was found.")
    corrected: list[str] = Field(description="Names of the fields that a user has corrected.")
    read_at: datetime | None = Field(description="When the website was last read successfully; null if never.")
    reading: bool = Field(description="True while the website is being read.")
    trouble: str | None = Field(
        description="Text for people: why the website could not be read the last time, or which part of it could not "
        "be understood, and what to do. Null if there was no problem."
    )
    revision: int = Field(description="Rises with each change of the profile.")

    @classmethod
    def of(cls, brand: BrandProfile) -> "BrandOut":
        return cls(
            **text_of(brand).model_dump(),
            id=brand.id,
            website_url=brand.website_url,
            palette=palette_of(brand),
            fonts=brand.fonts,
            logo_url=brand.logo_url,
            corrected=sorted(brand.corrections),
            read_at=brand.read_at,
            reading=brand.due_at is not None,
            trouble=brand.trouble,
            revision=brand.revision,
        )


def text_of(brand: BrandProfile) -> BrandText:
    """Return the profile with corrections applied."""
    corrections: dict[str, Any] = {name: value for name, value in brand.corrections.items() if name != "palette"}
    return BrandText.model_validate(brand.profile | corrections)


def forbidden_words(brand: BrandProfile) -> list[str]:
    """Return the words that the user forbade. The model's own suggestions are guidance only."""
    return list(brand.corrections.get("words_to_avoid") or [])


def palette_of(brand: BrandProfile) -> Palette:
    return Palette.model_validate(brand.corrections.get("palette") or brand.palette)
