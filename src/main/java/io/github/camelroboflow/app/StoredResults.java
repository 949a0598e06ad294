package io.github.camelroboflow.app;

import io.github.camelroboflow.app.settings.Settings.Watch;
import io.github.camelroboflow.app.status.RoutingBranch;
import io.github.camelroboflow.component.RoboflowEndpoint;
import io.github.camelroboflow.delivery.disk.FileMark;
import io.github.camelroboflow.delivery.disk.FileNames;
import io.github.camelroboflow.delivery.source.ImageExchange;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.component.kamelet.KameletEndpoint;

/** The result of one image in the folders of its destinations, or by a new run of the model. */
final class StoredResults {

    private static final int MARK = 8;

    private final String file;
    private final Path results;
    private final RoboflowEndpoint model;
    private final Exchange exchange;
    private final String deliveryId;

    /**
     * An image and its source, as the source describes it to its route.
     *
     * @param filed   the name under which it is filed
     * @param name    the name that it had in the source
     * @param version what distinguishes it from others of its name
     * @param file    its content
     */
    record SourceImage(String source, String filed, String name, String version, Path file) {

        static SourceImage of(Watch watch, ImageLookup image) throws IOException {
            return new SourceImage("file:" + watch.folders().inbox(), watch.nameOf(image.name()), watch.nameOf(image.original()),
                    Long.toString(Files.getLastModifiedTime(image.file()).toMillis()), image.file());
        }
    }

    /** @param results the folder of the results */
    StoredResults(SourceImage image, RoboflowEndpoint model, Path results) {
        this.results = results;
        this.model = model;
        this.file = FileNames.withSuffix(FileNames.safe(image.filed()), ".json");
        this.exchange = model.createExchange();
        exchange.getMessage().setBody(image.file().toFile());
        ImageExchange.describe(exchange, image.source(), image.name(), image.version(), file, image.file().toFile());
        this.deliveryId = model.deliveryId(exchange);
    }

    /** Returns the id that the image's deliveries have by the model and its options of now. */
    String deliveryId() {
        return deliveryId;
    }

    static boolean isFolder(Endpoint destination) {
        return destination instanceof KameletEndpoint kamelet && kamelet.getTemplateId().equals("folder");
    }

    /** Returns the result's file in the folder of a destination. */
    Optional<Path> of(Endpoint destination) {
        Path folder = results.resolve(FileNames.writable(
                Objects.toString(((KameletEndpoint) destination).getKameletProperties().get("name"), "")));
        String marked = FileNames.withSuffix(FileNames.withMark(file.substring(0, file.length() - ".json".length()),
                deliveryId.substring(0, MARK)), ".json");
        List<Path> candidates = Stream.of(file, marked).map(name -> folder.resolve(FileNames.writable(name)))
                .filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)).toList();
        return candidates.stream().filter(this::isCurrent).findFirst().or(() -> candidates.stream().findFirst());
    }

    private boolean isCurrent(Path path) {
        return FileMark.read(path).equals(Optional.of(FileMark.of(deliveryId)));
    }

    /** Returns the result from a file, or else of a new run, and adds a line that says which. */
    Inference find(List<RoutingBranch> branches, List<RoutingBranch> rest, List<String> lines) throws IOException {
        Optional<Path> stored = Stream.concat(branches.stream(), rest.stream()).flatMap(branch -> branch.destinations().stream())
                .filter(StoredResults::isFolder).flatMap(destination -> of(destination).stream()).findFirst();
        if (stored.isEmpty()) {
            lines.add("  result       of a new run of the model, since no folder has one");
            return model.infer(exchange);
        }
        lines.add("  result       " + stored.get() + (isCurrent(stored.get()) ? ", of this model with these options"
                : FileMark.read(stored.get()).isPresent() ? ", of another model or with other options"
                : ", which does not show by which model it was made"));
        return InferenceJson.read(Files.readAllBytes(stored.get()));
    }
}
