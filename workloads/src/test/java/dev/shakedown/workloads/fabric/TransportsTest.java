package dev.shakedown.workloads.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransportsTest {

    @ParameterizedTest
    @CsvSource({
        "NET/IB/3/GDRDMA, NET/IB/GDRDMA",
        "NET/IB/0, NET/IB",
        "NET/Socket/0, NET/Socket",
        "NET/IB/1(2)/GDRDMA/Shared, NET/IB/GDRDMA",
        "NET/IB/2/GDRDMA(PCI), NET/IB/GDRDMA",
        "NET/AWS Libfabric/0/GDRDMA, NET/AWS Libfabric/GDRDMA",
        "P2P/CUMEM/read, P2P/CUMEM/read",
        "SHM/direct/direct, SHM/direct/direct"
    })
    void devicesAndRemarksDoNotChangeTheKind(String via, String kind) {
        assertThat(Transports.kind(via)).isEqualTo(kind);
    }

    @Test
    void onlyNetworksCanCrossNodesWhateverTheGroup() {
        assertThat(
                        Transports.networks(
                                List.of("P2P/CUMEM", "NET/IB/1", "NET/IB/0", "SHM/direct/direct")))
                .containsExactly("NET/IB");
    }

    @Test
    void moreThanWasAskedForIsNoOther() {
        List<String> found = List.of("NET/IB/GDRDMA", "NET/Socket");

        assertThat(Transports.others(found, "NET/IB")).containsExactly("NET/Socket");
        assertThat(Transports.others(List.of("NET/IB"), "NET/IB/0/GDRDMA"))
                .containsExactly("NET/IB");
    }
}
