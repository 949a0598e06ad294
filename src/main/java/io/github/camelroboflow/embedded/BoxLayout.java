package io.github.camelroboflow.embedded;

import java.util.List;

/** How a net's outputs hold boxes, scores, and what else belongs to a box. Immutable, used by many threads. */
interface BoxLayout {

    /** All boxes whose score is greater than the threshold, in the outputs' order. */
    Candidates candidates(List<FloatTensor> outputs, float threshold);

    /**
     * Reads what follows a box's scores.
     *
     * @param row   the candidate's {@link Candidates#row}
     * @param extras to be filled from its start
     */
    void extras(List<FloatTensor> outputs, int row, float[] extras);

    /** Whether the net has suppressed overlapping boxes itself. */
    boolean endToEnd();
}
