package io.github.camelroboflow.inference;

import java.util.Locale;

/** How the masks of instances are told, by the names of Roboflow's request parameter {@code response_mask_format}. */
public enum ResponseMaskFormat {
    /** As the outline of one part: its {@link Detection#points()}. */
    POLYGON,
    /** As runs of pixels, all parts and holes included: its {@link Detection#rle()}. */
    RLE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
