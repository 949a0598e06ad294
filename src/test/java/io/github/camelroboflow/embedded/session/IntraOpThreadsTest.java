package io.github.camelroboflow.embedded.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.embedded.session.EmbeddedSettings.ExecutionProvider;
import io.github.camelroboflow.embedded.session.OnnxSessions.IntraOpThreads;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntraOpThreadsTest {

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "4, 4", "8, 8", "64, 8"})
    void byDefaultAnImageThatIsAloneHasAThreadForEachProcessorUpToEight(int processors, int threads) {
        assertThat(IntraOpThreads.of(0, processors).choose(1)).isEqualTo(threads);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 100})
    void byDefaultAnImageAmongOthersHasOneThread(int images) {
        assertThat(IntraOpThreads.of(0, 16).choose(images)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100})
    void aConfiguredNumberAppliesToEveryImage(int images) {
        assertThat(IntraOpThreads.of(3, 16).choose(images)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 257})
    void anImpossibleNumberIsRefusedWithTheNameOfTheOption(int option) {
        assertThatThrownBy(() -> new EmbeddedSettings(option, ExecutionProvider.CPU, 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("intraOpThreads=" + option + " is out of range: it is a number of threads");
    }
}
