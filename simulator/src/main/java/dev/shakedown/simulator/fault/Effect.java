package dev.shakedown.simulator.fault;

import java.util.Locale;

/** What a fault does; the simulator's parts ask for effects and know no kinds. */
public enum Effect {
    /** Ray does not list the node. */
    NODE_ABSENT,
    /** The address under which the node is registered. */
    NODE_ADDRESS,
    /** The node's {@code ray start} ends with this status. */
    RAY_START_EXIT,
    /** Seconds by which the node's clock is ahead. */
    CLOCK_AHEAD,
    /** GPUs of the node that a job of somebody else holds; {@code all} of them. */
    GPUS_HELD,
    /** The exception of a task on the GPU. */
    TASK_ERROR,
    /** How fast the GPU is, 1 is as usual: its task's GB/s and, the slowest counts, all steps. */
    GPU_SPEED,
    /** Why the GPU's clock is lower, in the driver's words. */
    THROTTLED,
    /** Number of the error that the driver has reported for the GPU. */
    XID,
    /** The dashboard answers everything with this status. */
    DASHBOARD_STATUS,
    /** Ray forgets a job while it runs. */
    JOB_LOST,
    /** What connecting by TCP to the node ends with, in the fabric job's words. */
    TCP,
    /** What NCCL's channels between nodes go over. */
    TRANSPORT,
    /** Network devices of the node that NCCL cannot use. */
    RAILS_LOST,
    /** Bandwidth between nodes, 1 is as usual: of the fabric job and of the engine's ranks. */
    NETWORK_SPEED,
    /** The exception of an all-reduce over all ranks. */
    ALL_REDUCE_ERROR,
    /** Share of the start-up at which the engine gives up. */
    START_FAILS_AT,
    /** Share of the start-up from which on the engine is silent for ever. */
    START_HANGS_AT,
    /** The placement group is not created; the engine waits for it. */
    PLACEMENT_PENDING,
    /** The engine's process ends with this status. */
    ENGINE_EXIT,
    /** No step ends. */
    ENGINE_HANGS,
    /** Share of the KV cache that is there. */
    KV_SHARE,
    /** Requests are refused with this status. */
    REPLY_STATUS,
    /** Milliseconds for which nothing of a reply is written, as if the server were silent. */
    FIRST_BYTE_DELAY,
    /** The connection is reset after this many events. */
    RESET_AFTER,
    /** Nothing more is written after this many events; the connection stays. */
    STALL_AFTER,
    /** The reply ends after this many events, as if it were complete. */
    CUT_AFTER,
    /** Text that is written as an event of its own after the first ones. */
    ALIEN_EVENT,
    /** Bytes of text that an event in the middle has too many. */
    OVERSIZE_BYTES,
    /** Each event is written in two pieces, cut inside a character. */
    SPLIT_CHARACTERS,
    /** Tokens of one event. */
    TOKENS_PER_EVENT,
    /** The first event has no token. */
    EMPTY_FIRST,
    /** No event has token counts. */
    NO_USAGE,
    /** Tokens go on beyond those asked for. */
    ENDLESS;

    /** As the table writes it, {@code node-absent}. */
    static Effect of(String key) {
        return valueOf(key.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
