package dev.shakedown.harness.cluster.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoProxyTest {
    @ParameterizedTest
    @CsvSource({
        "'localhost, 10.0.0.12', 10.0.0.12, true",
        "'localhost,10.0.0.12', 10.0.0.1, false",
        "10.0.0.0/24, 10.0.0.12, true",
        "10.0.0.0/24, 10.0.1.12, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "10.0.0.12/many, 10.0.0.12, false",
        "node.example/8, 10.0.0.12, false",
        "'localhost,::1/128', 10.0.0.12, false",
        "::/0, 10.0.0.12, false",
        "10.0.0.0/40, 10.0.0.12, false",
        "10.0.0.0/-8, 10.0.0.12, false",
        "*, 10.0.0.12, true",
        "'', 10.0.0.12, false"
    })
    void exempts(String value, String address, boolean exempt) {
        assertThat(new NoProxy(value).exempts(address)).isEqualTo(exempt);
    }
}
