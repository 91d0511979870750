"""Lets vLLM's Ray executor run without GPUs, for functional tests."""

from vllm.platforms.cpu import CpuPlatform


class RayCpuPlatform(CpuPlatform):
    # vLLM's own CPU platform has no key here and so refuses Ray.
    ray_device_key = "GPU"

    @classmethod
    def get_device_communicator_cls(cls) -> str:
        return "shakedown_raycpu.communicator.NetworkCommunicator"
