"""A JupyterLab of its own for browser tests: no questions about news, light, every cell drawn."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

START_SECONDS = 120

SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/apputils-extension/themes": {"theme": "JupyterLab Light", "adaptive-theme": False},
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}
RUN_ALL = "() => window.jupyterapp.commands.execute('notebook:run-all-cells')"
CLEAR_ALL = "() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')"
CODE_CELLS = """() => {
  const cells = [...window.jupyterapp.shell.currentWidget.content.model.cells];
  return cells.filter(cell => cell.type === 'code').map(cell => ({
    count: cell.executionCount,
    errors: cell.outputs.toJSON().filter(output => output.output_type === 'error')
      .map(output => `${output.ename}: ${output.evalue}`),
  }));
}"""
CHANGE_THEME = """theme =>
  window.jupyterapp.commands.execute('apputils:change-theme', {theme})"""
SAVE = "() => window.jupyterapp.commands.execute('docmanager:save')"
RESTART = """() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"""
#: Runs code in the kernel, as a cell does, and returns what it prints.
IN_KERNEL = """async code => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const asked = kernel.requestExecute({code});
  let told = '';
  asked.onIOPub = message => {
    if (message.header.msg_type === 'stream') told += message.content.text;
    if (message.header.msg_type === 'error') told += message.content.traceback.join('\\n');
  };
  await asked.done;
  return told;
}"""
IS_OPEN = """() => {
  const widget = window.jupyterapp?.shell?.currentWidget;
  return widget?.context?.isReady && widget?.sessionContext?.isReady
    && widget.sessionContext.session?.kernel?.status === 'idle';
}"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_lab(
    home: Path, environment: Mapping[str, str], settings: Mapping[str, Any] = SETTINGS
) -> Iterator[tuple[str, str]]:
    """Start a JupyterLab in a folder; give its address and token, and end it afterwards."""
    for name, values in settings.items():
        folder, _, plugin = name.rpartition("/")
        path = Path(environment["JUPYTERLAB_SETTINGS_DIR"]) / folder
        path.mkdir(parents=True, exist_ok=True)
        (path / f"{plugin}.jupyterlab-settings").write_text(json.dumps(values))
    port, token = free_port(), secrets.token_hex(16)
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
        "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={home}",
        "--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=home, env=dict(environment), stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_it_answers(f"http://127.0.0.1:{port}/api?token={token}", server)
            yield f"http://127.0.0.1:{port}", token
        finally:
            # Politely: it ends its kernels then.
            server.terminate()
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait_until_it_answers(url: str, server: subprocess.Popen[Any]) -> None:
    # Whatever proxy this machine uses, it does not lead to this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert server.poll() is None, "JupyterLab ended"
        try:
            with opener.open(url, timeout=5):
                return
        except OSError:
            time.sleep(0.2)  # a server of another process: there is no clock to inject
    pytest.fail("JupyterLab did not answer")
