"""Pictures for posts: a design in, PNG and JPEG out. Needs no network, no database and no clock."""

from content.rendering.design import SIZE, Palette, PostDesign, RenderedImage
from content.rendering.render import render

__all__ = ["SIZE", "Palette", "PostDesign", "RenderedImage", "render"]
