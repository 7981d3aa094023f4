"""The set-up script: what it installs, what it only says, and that a second run costs nothing."""

from __future__ import annotations

import ast
import http.server
import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import bootstrap
import commands
import environment
import pytest
import system_packages
import torch_build

ROOT = Path(__file__).resolve().parent.parent
INSTALLER = sorted((ROOT / "installer").glob("*.py"))

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")

PYTHON_STAND_IN = """#!/bin/sh
echo "$*" >> "{log}"
case "$*" in
    *--dry-run*) cat "{folder}/resolution.json" ;;
    *importlib.metadata*) cat "{folder}/distributions.json" ;;
esac
"""
WANTED = [
    "PySide6-Essentials!=6.11.0,<6.12,>=6.9",
    "torch<2.14,>=2.9",
    "opencv-python-headless",
    'pytest>=8.4; extra == "test"',
    'av; extra == "video"',
]


class Project:
    """A folder with a stand-in for the environment's Python, which writes down its arguments."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / ".venv" / "bin").mkdir(parents=True)
        (root / "pyproject.toml").write_text("[project]\n")
        self.resolves([])
        self.has_distributions([])
        self.program("python", PYTHON_STAND_IN.format(log=self._log, folder=root))

    @property
    def _log(self) -> Path:
        return self.root / "log.txt"

    def program(self, name: str, text: str) -> None:
        path = self.root / ".venv" / "bin" / name
        path.write_text(text)
        path.chmod(0o755)

    def resolves(self, packages: list[str]) -> None:
        report = {"install": [{"metadata": {"name": name}} for name in packages]}
        (self.root / "resolution.json").write_text(json.dumps(report))

    def has_distributions(self, there: list[str]) -> None:
        report = {"there": there, "wanted": WANTED}
        (self.root / "distributions.json").write_text(json.dumps(report))

    def taken_calls(self) -> list[str]:
        calls = self._log.read_text().splitlines() if self._log.exists() else []
        self._log.unlink(missing_ok=True)
        return calls


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


# ---------------------------------------------------------------------------- the environment


def test_the_first_run_installs_torch_before_the_rest(project: Project) -> None:
    environment.Environment(project.root).prepare()
    installs = [call for call in project.taken_calls() if "pip" in call and "--version" not in call]
    assert "--editable" in installs[1]
    assert installs[2].endswith("--no-index --no-deps torch<2.14,>=2.9")
    assert installs[-1].endswith(
        "PySide6-Essentials!=6.11.0,<6.12,>=6.9 torch<2.14,>=2.9 opencv-python-headless"
    )


def test_a_second_run_starts_no_process(project: Project) -> None:
    made = environment.Environment(project.root)
    made.prepare("test")
    project.taken_calls()
    made.prepare("test")
    made.prepare()
    assert project.taken_calls() == []


def test_an_extra_asked_for_later_is_added(project: Project) -> None:
    made = environment.Environment(project.root)
    made.prepare()
    assert "pytest" not in project.taken_calls()[-1]
    made.prepare("test")
    assert project.taken_calls()[-1].endswith("opencv-python-headless pytest>=8.4")


def test_changed_metadata_installs_again(project: Project) -> None:
    made = environment.Environment(project.root)
    made.prepare()
    project.taken_calls()
    (project.root / "pyproject.toml").write_text("[project]\nversion = '2'\n")
    made.prepare()
    assert project.taken_calls()


def test_a_full_opencv_that_is_there_is_kept(project: Project) -> None:
    project.has_distributions(["opencv-python", "numpy"])
    environment.Environment(project.root).prepare()
    assert not any("headless" in call for call in project.taken_calls())


def test_a_moved_environment_is_made_anew(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.Environment(project.root).prepare()
    moved = project.root.with_name("moved")
    project.root.rename(moved)
    made: list[list[str]] = []

    def make(command: list[str], failure: str) -> None:
        made.append(command[1:])
        raise commands.SetupError(failure)

    monkeypatch.setattr(environment, "run", make)
    with pytest.raises(commands.SetupError, match="No Python environment could be made"):
        environment.Environment(moved).prepare()
    assert made == [["-m", "venv", "--clear", str(moved / ".venv")]]


def test_a_failing_package_is_one_sentence(project: Project) -> None:
    project.program("python", '#!/bin/sh\ncase "$*" in *--editable*) exit 1;; esac\n')
    with pytest.raises(commands.SetupError, match=r"^A package could not be installed"):
        environment.Environment(project.root).prepare()
    assert not (project.root / ".venv" / "singan-studio.json").exists()


# ------------------------------------------------------------------------ the build of torch


@pytest.mark.parametrize(
    ("capability", "driver_cuda", "build"),
    [
        ((8, 9), (13, 1), "cu130"),
        ((9, 0), (12, 4), "cu126"),
        ((6, 1), (13, 0), "cu126"),
        ((12, 0), (12, 8), "cu128"),
        ((12, 0), (13, 0), "cu130"),
        ((0, 0), (0, 0), "cu126"),
    ],
)
def test_the_cuda_build_fits_card_and_driver(
    capability: tuple[int, int], driver_cuda: tuple[int, int], build: str
) -> None:
    index = torch_build.cuda_index(torch_build.NvidiaGpu(capability, driver_cuda))
    assert index == f"https://download.pytorch.org/whl/{build}"


def test_the_driver_tool_tells_the_weakest_card(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = (
        "case \"$1\" in --query*) printf '8.9\\n6.1\\n';; *) echo 'CUDA Version: 12.4 |';; esac"
    )
    project.program("nvidia-smi", f"#!/bin/sh\n{answer}\n")
    monkeypatch.setenv("PATH", str(project.root / ".venv" / "bin"), prepend=":")
    assert torch_build.find_nvidia_gpu() == torch_build.NvidiaGpu((6, 1), (12, 4))


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch_build, "find_nvidia_gpu", lambda: None)


@pytest.fixture
def install(project: Project) -> Callable[[], list[str]]:
    """Installs torch with the stand-in for Python and returns the calls that change something."""
    python = str(project.root / ".venv" / "bin" / "python")

    def calls() -> list[str]:
        torch_build.install_torch(python, "torch<2.14,>=2.9")
        return [call for call in project.taken_calls() if "--dry-run" not in call]

    return calls


@pytest.mark.usefixtures("no_gpu")
def test_a_local_build_is_taken_without_a_network(
    project: Project, install: Callable[[], list[str]]
) -> None:
    project.resolves(["torch"])
    assert [call.split("install ")[1] for call in install()] == [
        "--no-index --no-deps torch<2.14,>=2.9"
    ]


def test_a_build_that_fits_is_left_alone(install: Callable[[], list[str]]) -> None:
    assert install() == []


NOTHING_LOCAL = """#!/bin/sh
echo "$*" >> "{root}/log.txt"
case "$*" in *--no-index*) exit 1;; *--dry-run*) cat "{root}/resolution.json";; esac
"""


@pytest.mark.usefixtures("no_gpu")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has the choice")
def test_without_a_gpu_the_cpu_index_is_asked_first(
    project: Project, install: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.program("python", NOTHING_LOCAL.format(root=project.root))
    monkeypatch.setattr(torch_build, "is_reachable", lambda index: index.endswith("/whl/cpu"))
    (call,) = install()
    assert "--index-url https://download.pytorch.org/whl/cpu" in call
    assert call.endswith("--no-deps torch<2.14,>=2.9")


@pytest.mark.usefixtures("no_gpu")
def test_gigabytes_of_cuda_are_refused_where_no_gpu_is(
    project: Project, install: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.program("python", NOTHING_LOCAL.format(root=project.root))
    project.resolves(["torch", "sympy", "nvidia-cublas"])
    monkeypatch.setattr(torch_build, "is_reachable", lambda index: False)
    with pytest.raises(commands.SetupError, match="only the CUDA build of several gigabytes"):
        install()
    project.resolves(["torch", "sympy"])
    assert install()[-1].endswith("install torch<2.14,>=2.9")


def test_a_gpu_gets_the_cuda_build(
    project: Project, install: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.resolves(["torch"])
    gpu = torch_build.NvidiaGpu((9, 0), (13, 0))
    monkeypatch.setattr(torch_build, "find_nvidia_gpu", lambda: gpu)
    monkeypatch.setattr(torch_build, "is_reachable", lambda index: True)
    (call,) = install()
    assert "--index-url https://download.pytorch.org/whl/cu130" in call


@pytest.fixture
def silent_server() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_an_index_that_never_answers_is_given_up_soon(
    silent_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch_build, "_REACH_TIMEOUT_S", 0.3)
    start = time.monotonic()
    assert not torch_build.is_reachable(silent_server)
    assert time.monotonic() - start < 3


def test_an_index_that_answers_is_reachable() -> None:
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        assert torch_build.is_reachable(f"http://127.0.0.1:{server.server_port}")


# ------------------------------------------------------------------------- system packages


def test_the_dynamic_linker_is_asked() -> None:
    assert not system_packages.is_loadable("libsurely-not-there.so.7")


def test_a_user_who_is_not_root_gets_the_one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_packages, "_is_root", lambda: False)
    monkeypatch.setattr(system_packages, "_is_debian_family", lambda: True)
    with pytest.raises(commands.SetupError) as failure:
        system_packages.install({"libGL.so.1": "libgl1"}, "Qt needs system libraries")
    assert str(failure.value) == (
        "Qt needs system libraries; install them with: sudo sh -c "
        "'apt-get update && apt-get install -y --no-install-recommends libgl1'"
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux lacks packages")
def test_all_that_is_missing_comes_in_one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_packages, "_is_root", lambda: False)
    monkeypatch.setattr(system_packages, "_is_debian_family", lambda: True)
    monkeypatch.setattr(system_packages, "is_loadable", lambda library: "cursor" not in library)
    monkeypatch.setattr(system_packages, "is_importable", lambda module: False)
    with pytest.raises(commands.SetupError, match=r"libxcb-cursor0 python3\.\d+-venv'$"):
        system_packages.require_system_packages(needs_window=True, needs_venv=True)


def test_another_linux_gets_the_names_of_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_packages, "_is_debian_family", lambda: False)
    with pytest.raises(commands.SetupError, match=r"that hold: libGL\.so\.1$"):
        system_packages.install({"libGL.so.1": "libgl1"}, "Qt needs system libraries")


def test_root_on_debian_installs(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr(system_packages, "_is_root", lambda: True)
    monkeypatch.setattr(system_packages, "_is_debian_family", lambda: True)
    monkeypatch.setattr(
        system_packages, "run_silently", lambda command, _: started.append(command[-1])
    )
    system_packages.install({"libGL.so.1": "libgl1"}, "Qt needs system libraries")
    assert started == ["update", "libgl1"]


# ----------------------------------------------------------------------- the two commands


@pytest.fixture
def ready(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project that is set up, on a machine that has all libraries."""
    environment.Environment(project.root).prepare("test")
    project.taken_calls()
    monkeypatch.setattr(bootstrap, "ROOT", project.root)
    monkeypatch.setattr(bootstrap, "require_system_packages", lambda **_: None)
    monkeypatch.setattr(bootstrap, "offer_window_test_programs", lambda: None)
    return project


def test_run_opens_the_program_with_the_photo(
    ready: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":7")
    assert bootstrap.main(["run", "my photo.jpg"]) == 0
    assert ready.taken_calls() == [f"{ready.root / 'main.py'} my photo.jpg"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="others always have a display")
def test_run_without_a_display_shows_the_terminal_command(
    ready: Project, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert bootstrap.main(["run"]) == 2
    message = capfd.readouterr().err
    assert "no display" in message
    assert "main.py train PHOTO -o photo.singan" in message
    assert ready.taken_calls() == []


def test_the_checks_stop_at_the_first_that_fails(
    ready: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("ruff", "lint-imports", "mypy", "pytest"):
        ready.program(name, f"#!/bin/sh\necho ran {name} $1\n")
    ready.program("lint-imports", "#!/bin/sh\nexit 3\n")
    assert bootstrap.main(["test"]) == 3
    output = capfd.readouterr().out
    assert "ran ruff format" in output
    assert "ran mypy" not in output
    assert output.rstrip().endswith("FAILED: import contracts")


def test_the_last_line_is_that_of_pytest(ready: Project, capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("ruff", "lint-imports", "mypy", "pytest"):
        ready.program(name, f"#!/bin/sh\necho ran {name}\n")
    assert bootstrap.main(["test"]) == 0
    assert capfd.readouterr().out.splitlines()[-1] == "ran pytest"


@pytest.mark.parametrize("version", [(3, 9), (3, 14)])
def test_another_python_is_refused_with_a_sentence(
    version: tuple[int, int], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (*version, 0))
    assert bootstrap.main(["run"]) == 1
    assert capfd.readouterr().err == (
        f"error: Python 3.10 to 3.13 is needed, and this is Python 3.{version[1]}\n"
    )


@pytest.mark.parametrize("path", INSTALLER, ids=lambda path: path.name)
def test_the_script_needs_only_the_standard_library(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 10))
    siblings = {sibling.stem for sibling in INSTALLER}
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert name.split(".")[0] in sys.stdlib_module_names | siblings


def test_the_readme_names_the_commands_that_ci_runs() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "python3 installer/bootstrap.py run" in readme
    assert "python3 installer/bootstrap.py test" in readme
    assert "python3 installer/bootstrap.py test" in (ROOT / ".ci" / "run").read_text()
