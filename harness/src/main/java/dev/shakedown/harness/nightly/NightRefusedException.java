package dev.shakedown.harness.nightly;

/** A night that cannot be made as it was asked for; the message says what to do instead. */
public final class NightRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NightRefusedException(String message) {
        super(message);
    }
}
