"""Questions of the chapter `frameworks`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "relu_first": Question(
        "A layer applies a ReLU and then PyTorch's fake quantization to one bit: step 1, levels 0 "
        "and 1. Does its proxy read anything left of the place where the output jumps?",
        (
            Option(
                "No: the ReLU cuts off everything on the left",
                "It cuts off what is left of 0. But rounding jumps at 1/2, and between 0 and 1/2 "
                "the output is 0 and the gradient passes.",
            ),
            Option(
                "Yes: half a step",
                "The output jumps at 1/2 and the gradient passes from 0 on. Without the ReLU it "
                "passes from \N{MINUS SIGN}1/2 on, a whole step before the jump.",
                right=True,
            ),
            Option(
                "It depends on the scale: with a small step, no",
                "A small step makes the leak short, half a step always, but never zero.",
            ),
        ),
        opens="frameworks",
    ),
    "signs": Question(
        "Binarized networks put out $\\pm 1$ and use the symmetric window $1\\{|x| \\le 1\\}$. By "
        "the criterion it fails, and they train well. What gives?",
        (
            Option(
                "The criterion is wrong",
                "It is a theorem about a step with the values 0 and 1. Read its premises again.",
            ),
            Option(
                "Deep networks have so many units that the residual averages out",
                "The residual at a trap is itself an average over all inputs; more units do "
                "not remove it.",
            ),
            Option(
                "With $\\pm 1$ the same network has no spurious minimum, so there is no point at "
                "which the criterion could say anything",
                "Turn all signs in both layers and nothing changes, so the trap is a second "
                "global minimum. There the residual of every sample is 0, and every proxy rests.",
                right=True,
            ),
        ),
    ),
    "name": Question(
        "Two libraries each have a DoReFa quantizer for activations, with the same forward pass: "
        "clip to $[0, 1]$, then round. Do they send back the same gradient?",
        (
            Option(
                "Yes: the method of that name says how",
                "The same name stands for a window in one library and for identity in another.",
            ),
            Option(
                "One cannot tell from the name; one has to measure it",
                "In larq the clipping is differentiated and the gradient stops outside $[0, 1]$. "
                "In bitorch clipping and rounding are one function whose backward pass is 1.",
                right=True,
            ),
        ),
    ),
}
