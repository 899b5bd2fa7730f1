/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A probed function's parameters, as the code that reads them from registers assumes them.
 *
 * One list of P(TYPE, NAME) makes both the numbers of the arguments and the prototype that the
 * kernel's header has to declare. A distribution that brings a changed prototype to an older
 * version then has a module that does not compile, and not one that follows a wild pointer.
 */
#ifndef GHOSTMEM_COMPAT_PROTOTYPE_H
#define GHOSTMEM_COMPAT_PROTOTYPE_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/stringify.h>

#define GM_PARAM_TYPE(type, name)	type

/* @function is declared to return @result and to take the parameters of the list @params. */
#define GM_CHECK_PROTOTYPE(function, result, params)			\
	static_assert(__same_type(function, result params(GM_PARAM_TYPE)), \
		      "ghostmem does not know this prototype of " #function "()")

/* The numbers of a list's arguments, from 0: it names the constants, and loses its parentheses. */
#define GM_ENUM(...)			enum { __VA_ARGS__ }
#define GM_PARAM_NUMBERS(list)		GM_ENUM list

#endif /* GHOSTMEM_COMPAT_PROTOTYPE_H */
