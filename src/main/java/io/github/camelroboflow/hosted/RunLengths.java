package io.github.camelroboflow.hosted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.ImageSize;
import io.github.camelroboflow.inference.Mask;
import io.github.camelroboflow.inference.Rle;
import java.util.ArrayList;
import java.util.List;

/** Masks as an answer's {@code rle}. */
final class RunLengths {

    private RunLengths() {
    }

    /** The same mask for an image of another size, each pixel that of the nearest one. */
    static void resize(ObjectNode json, ImageSize from, ImageSize size) {
        JsonNode counts = json.path("counts");
        if (!counts.isTextual()) {
            return;
        }
        Rle rle = new Rle(json.path("size").path(1).asInt(), json.path("size").path(0).asInt(), counts.asText());
        if ((long) rle.width() * rle.height() > from.area()) {
            throw new IllegalArgumentException("has a mask of " + rle.width() + " x " + rle.height() + " pixels, but an image of "
                    + from + " was sent");
        }
        Mask mask = rle.mask();
        List<Integer> runs = new ArrayList<>();
        boolean inside = false;
        int run = 0;
        for (int x = 0; x < size.width(); x++) {
            int column = (int) ((long) x * mask.width() / size.width());
            for (int y = 0; y < size.height(); y++) {
                int row = (int) ((long) y * mask.height() / size.height());
                if (mask.pixels().get(row * mask.width() + column) != inside) {
                    runs.add(run);
                    run = 0;
                    inside = !inside;
                }
                run++;
            }
        }
        runs.add(run);
        json.putArray("size").add(size.height()).add(size.width());
        json.put("counts", Rle.ofRuns(size.width(), size.height(), runs).counts());
    }
}
