package io.github.camelroboflow.inference;

import java.util.Locale;

/**
 * The resolution at which the masks of instances are made, by the names of Roboflow's request parameter {@code mask_decode_mode}.
 */
public enum MaskDecodeMode {
    /** The image's. */
    ACCURATE,
    /** The network's own, which is coarser. */
    FAST,
    /** Between the two, as {@link InferenceOptions#tradeoffFactor()} says. */
    TRADEOFF;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
