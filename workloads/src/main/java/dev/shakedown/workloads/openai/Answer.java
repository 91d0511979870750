package dev.shakedown.workloads.openai;

/**
 * What a server answered, as far as the next turn of a session repeats it.
 *
 * @param tokenIds empty where the server does not return them; not copied, must not be changed
 * @param text without reasoning, as chats send it back
 */
@SuppressWarnings("ArrayRecordComponent")
public record Answer(int[] tokenIds, String text) {
    /** Of a request whose answer nobody will repeat. */
    public static final Answer NONE = new Answer(new int[0], "");
}
