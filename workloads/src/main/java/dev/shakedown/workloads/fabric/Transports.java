package dev.shakedown.workloads.fabric;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What NCCL says its channels go over. Which of several devices a channel uses, whose proxy it
 * takes and whether buffers are shared does not change the kind: {@code NET/IB/3(1)/GDRDMA/Shared}
 * is {@code NET/IB/GDRDMA}.
 */
public final class Transports {
    private static final Pattern DEVICE = Pattern.compile("/\\d+(?=[/(]|$)");
    private static final Pattern REMARK = Pattern.compile("\\([^)]*\\)|/Shared\\b");
    private static final String NETWORK = "NET/";

    private Transports() {}

    /** The kind, without device numbers. */
    public static String kind(String via) {
        return REMARK.matcher(DEVICE.matcher(via.strip()).replaceAll("")).replaceAll("");
    }

    /** Those that can cross nodes whatever NCCL's group is: all that begin with {@code NET/}. */
    public static List<String> networks(Collection<String> vias) {
        return kinds(vias.stream().filter(via -> via.startsWith(NETWORK)).toList());
    }

    /** Each kind once, sorted. */
    public static List<String> kinds(Collection<String> vias) {
        return vias.stream().map(Transports::kind).distinct().sorted().toList();
    }

    /** The kinds that are not what was expected; {@code NET/IB/GDRDMA} is what NET/IB asks for. */
    public static List<String> others(Collection<String> kinds, String expected) {
        String wanted = kind(expected);
        return kinds.stream()
                .filter(kind -> !kind.equals(wanted) && !kind.startsWith(wanted + "/"))
                .toList();
    }
}
