"""A folder that somebody has filled with modules of the names that programs like to import."""

from __future__ import annotations

from pathlib import Path

MODULES = (
    *("random", "zmq", "numpy", "psutil", "shutil", "select", "subprocess", "runpy", "json", "venv", "pip"),
    *("msgpack", "capnp", "textual", "platformdirs", "tomlkit", "scaler", "sitecustomize", "usercustomize"),
)


class HostileFolder:
    """`path` holds the modules, and our own package too; each leaves a file as its proof when it is run."""

    def __init__(self, base: Path) -> None:
        self.path = base / "hostile"
        self._proofs = base / "proofs"
        self.path.mkdir()
        self._proofs.mkdir()
        for module in MODULES:
            self._write(self.path / f"{module}.py", module)
        (self.path / "scaler_monitor").mkdir()
        self._write(self.path / "scaler_monitor" / "__init__.py", "scaler_monitor")

    def _write(self, file: Path, module: str) -> None:
        file.write_text(f"open({str(self._proofs / module)!r}, 'w').close()\n")

    def assert_nothing_ran(self) -> None:
        """No module of the folder has been imported since it was made."""
        assert sorted(proof.name for proof in self._proofs.iterdir()) == []
