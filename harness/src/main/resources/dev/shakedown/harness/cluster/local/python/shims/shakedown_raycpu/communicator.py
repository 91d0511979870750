"""Ranks talk over the network, as they would between hosts."""

from vllm.distributed.device_communicators.cpu_communicator import CpuCommunicator


class NetworkCommunicator(CpuCommunicator):
    def _all_group_ranks_share_shm_group_name(self) -> bool:
        # The shared-memory path is taken whenever this holds, also for ranks on different hosts.
        return False
