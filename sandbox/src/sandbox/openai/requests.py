"""The parameters of the two endpoints. They are closed: an unknown key or a wrong type is a 400."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, ValidationError

from sandbox.openai.errors import OpenAIError, missing_parameter, unknown_parameter
from sandbox.openai.strictness import StrictSchema

_Number = Annotated[float, Field(strict=True)]
_Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh"]
_SILENT_UNIONS = {"text", "json_object", "json_schema", "str"}


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=False)


class TextPart(_Closed):
    type: Literal["text", "input_text", "output_text"]
    text: StrictStr


def _joined(content: str | list[TextPart]) -> str:
    return content if isinstance(content, str) else "\n".join(part.text for part in content)


class Message(_Closed):
    role: Literal["system", "developer", "user", "assistant"]
    content: StrictStr | list[TextPart]
    name: StrictStr | None = None
    refusal: StrictStr | None = None

    @property
    def text(self) -> str:
        return _joined(self.content)


class JsonSchema(_Closed):
    name: StrictStr
    description: StrictStr | None = None
    schema_: dict[str, Any] = Field(alias="schema")
    strict: StrictBool | None = None


class PlainFormat(_Closed):
    type: Literal["text", "json_object"]


class SchemaFormat(_Closed):
    type: Literal["json_schema"]
    json_schema: JsonSchema


class ChatRequest(_Closed):
    """`POST /v1/chat/completions`. Tools, audio and streaming are not simulated."""

    model: StrictStr
    messages: list[Message] = Field(min_length=1)
    response_format: Annotated[PlainFormat | SchemaFormat, Field(discriminator="type")] | None = None
    max_completion_tokens: Annotated[StrictInt, Field(ge=1)] | None = None
    max_tokens: Annotated[StrictInt, Field(ge=1)] | None = None
    temperature: Annotated[_Number, Field(ge=0, le=2)] | None = None
    top_p: Annotated[_Number, Field(ge=0, le=1)] | None = None
    frequency_penalty: Annotated[_Number, Field(ge=-2, le=2)] | None = None
    presence_penalty: Annotated[_Number, Field(ge=-2, le=2)] | None = None
    n: Annotated[StrictInt, Field(ge=1, le=1)] | None = None
    seed: StrictInt | None = None
    stop: StrictStr | list[StrictStr] | None = None
    stream: Literal[False] | None = None
    store: StrictBool | None = None
    logprobs: Literal[False] | None = None
    metadata: dict[str, StrictStr] | None = Field(default=None, max_length=16)
    reasoning_effort: _Effort | None = None
    verbosity: Literal["low", "medium", "high"] | None = None
    service_tier: Literal["auto", "default", "flex", "priority"] | None = None
    prompt_cache_key: StrictStr | None = None
    prompt_cache_retention: StrictStr | None = None
    safety_identifier: StrictStr | None = None
    user: StrictStr | None = None

    @property
    def wanted_schema(self) -> dict[str, Any] | None:
        if isinstance(self.response_format, SchemaFormat):
            return self.response_format.json_schema.schema_
        return None

    @property
    def wants_json(self) -> bool:
        return self.response_format is not None and self.response_format.type != "text"

    def check_schema(self) -> None:
        """Raise OpenAIError if a strict schema is not in the supported subset."""
        if not isinstance(self.response_format, SchemaFormat):
            return
        wire = self.response_format.json_schema
        if wire.strict:
            StrictSchema(wire.name, wire.schema_, param="response_format", label="response_format.json_schema").check()


class ResponseMessage(_Closed):
    role: Literal["system", "developer", "user", "assistant"]
    content: StrictStr | list[TextPart]
    type: Literal["message"] = "message"

    @property
    def text(self) -> str:
        return _joined(self.content)


class TextFormat(_Closed):
    type: Literal["text", "json_object"]


class TextSchemaFormat(_Closed):
    type: Literal["json_schema"]
    name: StrictStr
    description: StrictStr | None = None
    schema_: dict[str, Any] = Field(alias="schema")
    strict: StrictBool | None = None


class TextOptions(_Closed):
    format: Annotated[TextFormat | TextSchemaFormat, Field(discriminator="type")] | None = None
    verbosity: Literal["low", "medium", "high"] | None = None


class Reasoning(_Closed):
    effort: _Effort | None = None
    summary: Literal["auto", "concise", "detailed"] | None = None


class ResponsesRequest(_Closed):
    """`POST /v1/responses`, for text and structured outputs."""

    model: StrictStr
    input: StrictStr | list[ResponseMessage]
    instructions: StrictStr | None = None
    text: TextOptions | None = None
    reasoning: Reasoning | None = None
    max_output_tokens: Annotated[StrictInt, Field(ge=16)] | None = None
    temperature: Annotated[_Number, Field(ge=0, le=2)] | None = None
    top_p: Annotated[_Number, Field(ge=0, le=1)] | None = None
    stream: Literal[False] | None = None
    store: StrictBool | None = None
    metadata: dict[str, StrictStr] | None = Field(default=None, max_length=16)
    service_tier: Literal["auto", "default", "flex", "priority"] | None = None
    prompt_cache_key: StrictStr | None = None
    safety_identifier: StrictStr | None = None
    truncation: Literal["auto", "disabled"] | None = None
    user: StrictStr | None = None

    @property
    def wanted_schema(self) -> dict[str, Any] | None:
        wanted = self.text.format if self.text else None
        return wanted.schema_ if isinstance(wanted, TextSchemaFormat) else None

    @property
    def wants_json(self) -> bool:
        return self.text is not None and self.text.format is not None and self.text.format.type != "text"

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Return (role, text) of each message, oldest first."""
        before = [("system", self.instructions)] if self.instructions else []
        if isinstance(self.input, str):
            return [*before, ("user", self.input)]
        return before + [(str(message.role), message.text) for message in self.input]

    def check_schema(self) -> None:
        """Raise OpenAIError if a strict schema is not in the supported subset."""
        wanted = self.text.format if self.text else None
        if isinstance(wanted, TextSchemaFormat) and wanted.strict:
            StrictSchema(wanted.name, wanted.schema_, param="text.format.schema", label="text.format").check()


def refusal_of(error: ValidationError) -> OpenAIError:
    """Convert pydantic's first error into the vendor's response."""
    found = error.errors(include_url=False)[0]
    name = _path(found["loc"])
    match found["type"]:
        case "extra_forbidden":
            return unknown_parameter(name)
        case "missing":
            return missing_parameter(name)
        case "less_than_equal" | "greater_than_equal":
            context = found["ctx"]
            above = "le" in context
            bound = context["le" if above else "ge"]
            return OpenAIError(
                400,
                f"Invalid '{name}': number {'above maximum' if above else 'below minimum'} value. Expected a value"
                f" {'<=' if above else '>='} {bound}, but got {found['input']} instead.",
                param=name,
                code="integer_above_max_value" if above else "integer_below_min_value",
            )
        case "literal_error":
            return OpenAIError(
                400,
                f"Invalid value: {found['input']!r}. Supported values are: {found['ctx']['expected']}.",
                param=name,
                code="invalid_value",
            )
        case _:
            return OpenAIError(
                400, f"Invalid type for '{name}': {found['msg'].lower()}.", param=name, code="invalid_type"
            )


def _path(location: tuple[int | str, ...]) -> str:
    """Format `messages[0].content`, without pydantic's names of union members."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif not path:
            path = part
        elif part not in _SILENT_UNIONS and "[" not in part:
            path += f".{part}"
    return path
