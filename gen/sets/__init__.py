"""What is made from instruction sets: their forms need no more than plain data about them."""

from gen.sets.encodings import Check, check
from gen.sets.pages import set_page
from gen.sets.texts import instruction_script
from gen.sets.write import SetFiles, write_set

__all__ = ["Check", "SetFiles", "check", "instruction_script", "set_page", "write_set"]
