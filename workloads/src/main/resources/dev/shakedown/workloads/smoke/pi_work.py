"""What one task does on its GPU: sample points, multiply matrices, read the clocks. Needs only the
standard library; uses torch for a CUDA device and numpy for fast sampling where they are installed."""
import math
import os
import random
import shutil
import subprocess
import time

CHUNK = 1_000_000  # progress is reported this often
CPU_MATRIX = 64  # pure Python multiplies two of these in about 20 ms
DTYPE_BYTES = 4  # float32
# float32 sums of positive numbers are off by about sqrt(n) * 6e-8; TF32, where a site has switched it on, by 5e-4.
TOLERANCE = 2e-3
THROTTLE_BITS = {
    0x1: "idle", 0x2: "applications clocks setting", 0x4: "software power cap", 0x8: "hardware slowdown",
    0x10: "sync boost", 0x20: "software thermal slowdown", 0x40: "hardware thermal slowdown",
    0x80: "hardware power brake", 0x100: "display clocks setting",
}


class WrongResult(Exception):
    """The device computed something else than the CPU."""


def gpu_seems_present():
    """Importing torch costs seconds a task, so look for a driver first."""
    return os.path.exists("/dev/nvidiactl") or os.path.exists("/dev/dxg") or shutil.which("nvidia-smi") is not None


def cuda_device(ray_ids):
    """The torch device of this task, or None: no driver, no torch, or a torch without CUDA."""
    if not gpu_seems_present():
        return None
    try:
        import torch
    except ImportError:
        return None
    if not torch.cuda.is_available():
        return None
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")
    if len(visible) == 1 and visible[0]:
        return torch.device("cuda", 0)
    # Ray was told not to set the variable: its id counts among all visible devices.
    mine = str(ray_ids[0]) if ray_ids else "0"
    return torch.device("cuda", visible.index(mine) if mine in visible else int(mine) if mine.isdigit() else 0)


def inside_circle(samples, seed, device, report):
    """Draws points in the unit square and counts those in the quarter circle; one stream a seed."""
    draw = _drawer(seed, device)
    inside = done = 0
    while done < samples:
        chunk = min(CHUNK, samples - done)
        inside += draw(chunk)
        done += chunk
        report(done)
    return inside


def _drawer(seed, device):
    if device is not None:
        import torch
        generator = torch.Generator(device=device).manual_seed(seed[0] * 1_000_003 + seed[1])

        def on_device(n):
            points = torch.rand(2, n, device=device, generator=generator, dtype=torch.float64)
            return int(((points * points).sum(dim=0) <= 1.0).sum().item())
        return on_device
    try:
        import numpy
    except ImportError:
        uniform = random.Random("%d/%d" % seed).random
        return lambda n: sum(1 for _ in range(n) if uniform() ** 2 + uniform() ** 2 <= 1.0)
    stream = numpy.random.default_rng(seed)

    def on_cpu(n):
        x, y = stream.random(n), stream.random(n)
        return int(numpy.count_nonzero(x * x + y * y <= 1.0))
    return on_cpu


def burn_device(device, seconds, size, seed, halfway=lambda: None):
    """Keeps the device busy for the time given and returns its memory bandwidth in GB/s.

    Each round makes one new factor, multiplies the two tensors element by element (memory bound) and as matrices
    (compute bound), waits for the device and checks both products. Factors lie in [0.5, 1.5) and are drawn anew,
    never chained, so nothing vanishes or overflows. Counted bytes: an element-wise product reads two tensors and
    writes one, 3 * size^2 * 4 bytes; only the time of these products counts for the bandwidth.
    """
    import torch
    wait = (lambda: torch.cuda.synchronize(device)) if device.type == "cuda" else (lambda: None)
    generator = torch.Generator(device=device).manual_seed(seed[0] * 1_000_003 + seed[1])
    pick = random.Random("burn %d/%d" % seed)
    a, b, product = (torch.empty(size, size, device=device, dtype=torch.float32) for _ in range(3))
    b.uniform_(0.5, 1.5, generator=generator)
    began, moved, moving, told = time.monotonic(), 0, 0.0, False
    while True:
        a.uniform_(0.5, 1.5, generator=generator)
        torch.mul(a, b, out=product)  # warm: the first call loads the kernel
        wait()
        start = time.perf_counter()
        for _ in range(20):
            torch.mul(a, b, out=product)
        wait()
        moving += time.perf_counter() - start
        moved += 20 * 3 * size * size * DTYPE_BYTES
        _check_elementwise(a, b, product, pick.randrange(size))
        torch.matmul(a, b, out=product)
        wait()
        _check_matrix_product(a, b, product, pick, size)
        spent = time.monotonic() - began
        if not told and spent >= seconds / 2:
            told = True
            halfway()
        if spent >= seconds:
            return moved / moving / 1e9


def _check_elementwise(a, b, product, row):
    # One multiplication is exact to the last bit on both sides.
    if not bool((product[row].cpu() == a[row].cpu() * b[row].cpu()).all()):
        raise WrongResult("element-wise product differs from the CPU's in row %d" % row)


def _check_matrix_product(a, b, product, pick, size):
    low, high = (float(x) for x in product.aminmax())
    if not (math.isfinite(low) and math.isfinite(high)):
        raise WrongResult("matrix product has values that are not finite")
    for _ in range(8):
        row, column = pick.randrange(size), pick.randrange(size)
        expected = float(a[row].cpu().double() @ b[:, column].cpu().double())
        got = float(product[row, column])
        if abs(got - expected) > TOLERANCE * abs(expected):
            raise WrongResult("matrix product [%d,%d] is %r, the CPU says %r" % (row, column, got, expected))


def burn_cpu(seconds, seed):
    """The same in pure Python on a small matrix: keeps a core busy, and checks that it counts right."""
    n, draw, end = CPU_MATRIX, random.Random("burn %d/%d" % seed), time.monotonic() + seconds
    b = [[draw.uniform(0.5, 1.5) for _ in range(n)] for _ in range(n)]
    columns = list(zip(*b))
    while True:
        a = [[draw.uniform(0.5, 1.5) for _ in range(n)] for _ in range(n)]
        product = [[sum(map(float.__mul__, row, column)) for column in columns] for row in a]
        i, j = draw.randrange(n), draw.randrange(n)
        expected = math.fsum(a[i][k] * b[k][j] for k in range(n))
        if abs(product[i][j] - expected) > 1e-9 * expected:
            raise WrongResult("matrix product [%d,%d] is %r instead of %r" % (i, j, product[i][j], expected))
        if time.monotonic() >= end:
            return


def gpu_uuid(device, visible):
    """As nvidia-smi names it, or None."""
    if device is not None:
        import torch
        uuid = getattr(torch.cuda.get_device_properties(device), "uuid", None)
        if uuid is not None:
            text = str(uuid)
            return text if text.startswith(("GPU-", "MIG-")) else "GPU-" + text
    return (_ask_smi(visible, "uuid") or [None])[0]


def clocks(uuid_or_index):
    """(SM clock in MHz, throttle reasons) of a GPU, or None where nvidia-smi cannot say."""
    # The field was renamed with driver 535; older ones know only the second name.
    for active in ("clocks_event_reasons.active", "clocks_throttle_reasons.active"):
        answer = _ask_smi(uuid_or_index, "clocks.sm," + active)
        if answer and len(answer) == 2:
            try:
                bits = int(answer[1], 16)
                return int(answer[0].split()[0]), throttle_text(bits)
            except ValueError:
                continue
    return None


def throttle_text(bits):
    return ", ".join(name for bit, name in THROTTLE_BITS.items() if bits & bit) or "none"


def _ask_smi(gpu, fields):
    if shutil.which("nvidia-smi") is None or not gpu:
        return None
    try:
        out = subprocess.run(["nvidia-smi", "-i", str(gpu), "--query-gpu=" + fields, "--format=csv,noheader,nounits"],
                             capture_output=True, text=True, timeout=10, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    lines = out.strip().splitlines()
    return [field.strip() for field in lines[0].split(",")] if lines else None
