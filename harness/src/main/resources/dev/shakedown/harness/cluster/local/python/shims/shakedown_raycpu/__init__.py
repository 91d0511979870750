"""Test-only vLLM platform: vLLM's CPU platform, which Ray may place on logical GPUs."""


def register():
    return "shakedown_raycpu.platform.RayCpuPlatform"
