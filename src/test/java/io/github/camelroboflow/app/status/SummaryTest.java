package io.github.camelroboflow.app.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.app.status.Summary.Pile;
import io.github.camelroboflow.delivery.source.ImageTally;
import io.github.camelroboflow.delivery.source.ImageTally.Counts;
import io.github.camelroboflow.inference.Classification;
import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.support.ContractNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SummaryTest {

    private final CamelContext context = new DefaultCamelContext();
    private final WorkMonitor monitor = WorkMonitor.of(context, null);

    private void done(int images, String className) {
        Exchange exchange = new DefaultExchange(context);
        exchange.setProperty(ContractNames.INFERENCE, new Classification(InferenceInfo.of("", 0, new ImageSize(1, 1)),
                List.of(new ClassScore(className, 0, 0.9)), className, 0.9));
        IntStream.range(0, images).forEach(i -> ImageTally.of(context).done(exchange, "", "a.jpg", null));
    }

    private List<String> seconds(Summary summary, int count) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String line = summary.tick(monitor.sample());
            if (!line.isEmpty()) {
                lines.add(line);
            }
        }
        return lines;
    }

    @Test
    void oneLineTellsOfAllThatEndedInTheInterval() {
        Summary summary = new Summary(context, monitor, Duration.ofSeconds(60), null);
        done(1200, "bolt");
        List<String> lines = new ArrayList<>(seconds(summary, 1));
        done(300, "nut");
        ImageTally.of(context).failed("", "a.jpg", "it is cut off", null);
        lines.addAll(seconds(summary, 60));

        assertThat(lines).containsExactly("1,500 images done, 1 failed in 1 min, 751 images/s; bolt 1,200, nut 300");
        assertThat(summary.ofAll()).hasValue("Since the start: 1,500 images done, 1 failed, 751 images/s; bolt 1,200, nut 300");
    }

    @Test
    void withoutWorkThereIsNoLine() {
        Summary summary = new Summary(context, monitor, Duration.ofSeconds(2), null);
        assertThat(seconds(summary, 10)).isEmpty();

        done(1, "bolt");
        assertThat(seconds(summary, 10)).containsExactly("1 image done in 2 s, 1.0 images/s; bolt 1");
        assertThat(seconds(summary, 10)).isEmpty();
    }

    @Test
    void everythingIsSilentWithAnIntervalOfZero() {
        Summary summary = new Summary(context, monitor, Duration.ZERO, null);
        done(10, "bolt");

        assertThat(seconds(summary, 100)).isEmpty();
        assertThat(summary.ofAll()).isEmpty();
    }

    @Test
    void theMostFrequentClassesAreNamedAndTheOthersCounted() {
        Map<String, Long> classes = new TreeMap<>();
        IntStream.rangeClosed(1, 10).forEach(i -> classes.put("class-" + i, (long) i));

        assertThat(SummaryText.classes(new Counts(20, 0, 4, classes, Map.of()))).startsWith("; class-10 10, class-9 9, ")
                .endsWith("class-3 3, and 2 more classes, nothing found 4");
    }

    @Test
    void aPileKeepsItsProgressUntilNoneOfItWaits() {
        Pile pile = new Pile();

        assertThat(pile.text(10, 1000, 10)).isEqualTo("; 1,000 waiting");
        assertThat(pile.text(10, 2000, 10)).isEqualTo("; 2,000 of 2,000 waiting (0 % done), about 3 min 20 s left");
        assertThat(pile.text(1910, 100, 10)).isEqualTo("; 100 of 2,000 waiting (95 % done), about 10 s left");
        assertThat(pile.text(2010, 0, 10)).isEmpty();
        assertThat(pile.text(2010, 100, 10)).isEqualTo("; 100 waiting");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0    | 5000 | 100 | 5,000 of 5,000 waiting (0 % done), about 50 s left
            2500 | 7500 | 50  | 7,500 of 10,000 waiting (25 % done), about 2 min 30 s left
            1    | 9999 | 1   | 9,999 of 10,000 waiting (0 % done), about 2 h 46 min left
            10   | 2000 | 0   | 2,000 of 2,010 waiting (0 % done)
            """)
    void aPileHasItsProgressAndTheTimeLeft(long ended, long waiting, double rate, String text) {
        assertThat(SummaryText.pile(ended, waiting, rate)).isEqualTo(text);
    }
}
