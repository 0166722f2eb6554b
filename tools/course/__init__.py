"""The kit of a course, made of the book's own sources by `make course`.

What belongs here: notebooks for students and with solutions, assignments, slides and hand-outs,
each read out of `book/` or printed from the built pages. What never does: an exercise or a solution
that the book has in other words; plans and rubrics are on its page for instructors.
"""
