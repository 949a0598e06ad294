package io.github.camelroboflow.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** The results that destinations outside of the program received, including repeats. */
final class ReceivedResults {

    /**
     * @param choice the last part of the queue's name or of the address
     * @param image  the image's name in the inbox
     * @param result the result's JSON
     */
    record Receipt(String choice, String deliveryId, String image, String result) {
    }

    private final Queue<Receipt> all = new ConcurrentLinkedQueue<>();

    void add(Receipt receipt) {
        all.add(receipt);
    }

    /** Returns the number of received results of these images, with repeats. */
    int numberOf(List<InputImage> images) {
        Set<String> names = images.stream().map(InputImage::name).collect(Collectors.toSet());
        return (int) all.stream().map(Receipt::image).filter(names::contains).count();
    }

    /** Returns the number of received results, with repeats. */
    int number() {
        return all.size();
    }

    /** Returns the number of received results, without repeats. */
    int deliveries() {
        return (int) all.stream().map(Receipt::deliveryId).distinct().count();
    }

    /** Checks that the result of each good image came to the chosen destination, always complete and with the same id. */
    void assertEachImageCame(List<InputImage> images) {
        Map<String, InputImage> good = images.stream().filter(InputImage::isGood)
                .collect(Collectors.toMap(InputImage::name, image -> image));
        assertThat(all.stream().map(Receipt::image).collect(Collectors.toSet())).isEqualTo(good.keySet());
        Map<String, Set<String>> ids = all.stream().collect(Collectors.groupingBy(Receipt::image,
                Collectors.mapping(Receipt::deliveryId, Collectors.toSet())));
        assertThat(ids.values()).as("ids of an image").allMatch(some -> some.size() == 1);
        assertThat(ids.values().stream().flatMap(Set::stream)).as("ids of all images").doesNotHaveDuplicates();
        for (Receipt receipt : all) {
            ImageSubject parts = good.get(receipt.image()).parts().orElseThrow();
            assertThat(receipt.choice()).as(receipt.image()).isEqualTo(parts.choice());
            WrittenResults.assertComplete(receipt.result(), receipt.image(), parts);
        }
    }

    /** Returns, for each destination, the number of images that came once and more often. */
    String repeats() {
        Map<List<String>, Long> times = all.stream().collect(Collectors.groupingBy(
                receipt -> List.of(receipt.choice(), receipt.deliveryId()), Collectors.counting()));
        Map<String, List<Long>> byChoice = new TreeMap<>();
        times.forEach((delivery, count) -> byChoice.computeIfAbsent(delivery.get(0), choice -> new ArrayList<>()).add(count));
        return byChoice.entrySet().stream().map(choice -> choice.getKey() + repeats(choice.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String repeats(List<Long> times) {
        long once = times.stream().filter(count -> count == 1).count();
        long twice = times.stream().filter(count -> count == 2).count();
        long more = times.size() - once - twice;
        return " " + once + " once + " + twice + " twice" + (more == 0 ? "" : " + " + more + " more often");
    }
}
