"""What a simulator of four values sees and one of two does not: outputs that are undefined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["undefined"]

# Outputs that say nothing while another one is low.
_QUALIFIED = {
    "rsp_pa": "rsp_valid",
    "rsp_cause": "rsp_valid",
    "mem_addr": "mem_valid",
    "s_axi_bresp": "s_axi_bvalid",
    "s_axi_rdata": "s_axi_rvalid",
    "s_axi_rresp": "s_axi_rvalid",
    "wb_dat_r": "wb_ack",
}


def undefined(ports: Mapping[str, Any], outputs: list[str]) -> str | None:
    """Return the role of an output that has a bit X or Z and matters, or None.

    Parameters
    ----------
    ports : cocotb's handles by role
    outputs : the roles of the outputs
    """
    for role in outputs:
        if not ports[role].value.is_resolvable:
            by = _QUALIFIED.get(role)
            if by is None or by not in ports or str(ports[by].value) != "0":
                return role
    return None
